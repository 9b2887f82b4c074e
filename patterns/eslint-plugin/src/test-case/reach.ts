import type { SourceCode } from 'eslint';
import { keyName } from '../syntax/name.js';
import { isFunction, isInside, parentOf, type FunctionNode, type Node } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';

/** A `return` that every run of the test takes. */
export function firstReturn(body: FunctionNode): Node | undefined {
  return body.body.type === 'BlockStatement'
    ? body.body.body.find(({ type }) => type === 'ReturnStatement')
    : undefined;
}

/** In a catch clause or a `.catch()` callback of the test, where nothing fails when there is no error. */
export function isAfterError(assertion: Node, body: FunctionNode): boolean {
  for (
    let at = assertion, parent = parentOf(at);
    parent !== undefined && at !== body;
    at = parent, parent = parentOf(at)
  ) {
    if (parent.type === 'CatchClause') return !isInside(parent, body) ? false : true;
    if (parent.type === 'CallExpression' && parent.callee !== at && isFunction(at)) {
      const callee = unwrap(parent.callee);
      if (callee.type === 'MemberExpression' && keyName(callee) === 'catch') return true;
    }
  }
  return false;
}

/** `done`, `t` and the like: the runner asserts through what it passes in. */
export function usesContext(body: FunctionNode, sourceCode: SourceCode): boolean {
  const [first] = body.params;
  if (first?.type !== 'Identifier') return false;
  return sourceCode
    .getDeclaredVariables(body)
    .some(({ name, references }) => name === first.name && references.length > 0);
}
