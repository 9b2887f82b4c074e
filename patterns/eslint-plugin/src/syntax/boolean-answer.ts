import type { SourceCode } from 'eslint';
import type { DefaultKind } from './default-value.js';
import { functionName, lastName } from './name.js';
import { isFunction, type FunctionNode, type Node } from './node.js';
import { unwrapAwait } from './unwrap.js';
import { walk } from './walk.js';

const question =
  /^_?(?:is|has|have|can|could|should|supports?|exists?|matches|contains|includes|needs|was|were|are|does|did|will|check|validate|verify|compare|equals?|same|in|ends|starts)(?:[A-Z_]|$)|(?:Exists?|Available|Supported|Valid|Installed|Running|Alive|Enabled|Ready|Reachable|Empty|Equal|Matches)$/u;
const booleanMethod =
  /^(?:is[A-Z]\w*|has|test|includes|some|every|startsWith|endsWith|equals|existsSync|Boolean|hasOwn|hasOwnProperty)$/u;
const comparison = /^(?:===?|!==?|<=?|>=?|in|instanceof)$/u;

/** `true` or `false` for a literal, 'either' for an expression that gives a boolean, undefined for all else. */
export function booleanAnswer(node: Node | null | undefined): boolean | 'either' | undefined {
  if (!node) return undefined;
  const value = unwrapAwait(node);
  switch (value.type) {
    case 'Literal':
      return typeof value.value === 'boolean' ? value.value : undefined;
    case 'UnaryExpression':
      return value.operator === '!' ? 'either' : undefined;
    case 'BinaryExpression':
      return comparison.test(value.operator) ? 'either' : undefined;
    case 'LogicalExpression':
      return booleanAnswer(value.right) === undefined ? undefined : 'either';
    case 'CallExpression':
      return booleanMethod.test(lastName(value.callee) ?? '') ? 'either' : undefined;
    default:
      return undefined;
  }
}

/** Whether a function asks a yes-or-no question by trying, so that an error is the answer "no". */
export function isPredicate(owner: FunctionNode, attempt: Node, kind: DefaultKind, sourceCode: SourceCode): boolean {
  if (kind !== 'false' && kind !== 'true') return false;
  if (kind === 'false' && question.test(functionName(owner) ?? '')) return true;
  const answers: (boolean | 'either' | undefined)[] = [];
  walk(attempt, sourceCode, (node) => {
    if (node.type === 'ReturnStatement') answers.push(booleanAnswer(node.argument));
    return isFunction(node) ? 'skip' : undefined;
  });
  if (answers.length === 0) answers.push(...answersAfter(owner, attempt));
  return (
    answers.length > 0 &&
    answers.every((answer) => answer === 'either' || typeof answer === 'boolean') &&
    answers.some((answer) => answer === 'either' || answer === (kind === 'false'))
  );
}

/** `try { attempt(); } catch { return false; } return true;` */
function answersAfter(owner: FunctionNode, attempt: Node): (boolean | 'either' | undefined)[] {
  const last = owner.body.type === 'BlockStatement' ? owner.body.body.at(-1) : undefined;
  if (last?.type !== 'ReturnStatement' || last.range === undefined || attempt.range === undefined) return [];
  return last.range[0] > attempt.range[1] ? [booleanAnswer(last.argument)] : [];
}
