import type { SourceCode } from 'eslint';
import { dottedName, keyName } from '../syntax/name.js';
import { parentOf, type NodeOf, type Node } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { isGlobal, staticText, variableOf } from '../syntax/variable.js';

const runners =
  /^(?:vitest|@jest\/globals|test|bun:test|@playwright\/test|mocha|ava|tape|tap|uvu|@japa\/runner|@fast-check\/vitest|jasmine)$/u;
export const testNames = new Set(['it', 'test', 'specify', 'fit', 'xit', 'xtest', 'xspecify']);
export const suiteNames = new Set(['describe', 'suite', 'context', 'xdescribe', 'xcontext', 'fdescribe']);

export function isRunnerModule(name: string): boolean {
  return runners.test(name);
}

/** `it` of `it()`, `it.only()` and `it.each(table)()`. */
export function rootOf(callee: Node): NodeOf<'Identifier'> | undefined {
  const inner = unwrap(callee);
  if (inner.type === 'Identifier') return inner;
  if (inner.type === 'MemberExpression') return rootOf(inner.object);
  if (inner.type === 'CallExpression') return rootOf(inner.callee);
  return inner.type === 'TaggedTemplateExpression' ? rootOf(inner.tag) : undefined;
}

export function isRunner(root: NodeOf<'Identifier'>, isTest: boolean, sourceCode: SourceCode): boolean {
  const definition = variableOf(root, sourceCode)?.defs[0];
  if (definition === undefined) return isTest && isGlobal(root, sourceCode);
  if (definition.type === 'ImportBinding') {
    const source = (parentOf(definition.node) as NodeOf<'ImportDeclaration'> | undefined)?.source.value;
    return runners.test(String(source).replace(/^node:/u, ''));
  }
  const made = definition.type === 'Variable' ? definition.node.init : undefined;
  const text = made ? sourceCode.getText(made) : '';
  return /require\(\s*['"](?:node:)?(?:test|tap|tape|ava|mocha|@jest\/globals|vitest|uvu)['"]\s*\)/u.test(text);
}

/** `it.each(table)` and `test.step(…)` are no tests themselves. */
export function isPart(node: NodeOf<'CallExpression'>): boolean {
  const callee = unwrap(node.callee);
  const parent = parentOf(node);
  if (parent?.type === 'CallExpression' && parent.callee === node) return true;
  if (callee.type !== 'MemberExpression') return false;
  return !/^(?:only|concurrent|sequential|fails|serial|failing|effect|prop|for|each|cb|it|test|default)$/u.test(
    keyName(callee) ?? '',
  );
}

export function isTodo(node: NodeOf<'CallExpression'>): boolean {
  const text = dottedName(node.callee) ?? '';
  if (/\.(?:todo|fails|failing)$/u.test(text)) return true;
  return node.arguments.some(
    (argument) =>
      argument.type === 'ObjectExpression' &&
      argument.properties.some((property) => property.type === 'Property' && keyName(property) === 'todo'),
  );
}

export function titleOf({ arguments: [title] }: NodeOf<'CallExpression'>, sourceCode: SourceCode): string {
  return title === undefined ? '' : (staticText(title, sourceCode) ?? sourceCode.getText(title));
}
