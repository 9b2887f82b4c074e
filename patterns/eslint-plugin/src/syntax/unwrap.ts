import { kindOf, parentOf, type Node } from './node.js';

const wrappers = new Set([
  'ChainExpression',
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);

/** The expression without TypeScript's assertions and the marker of an optional chain. */
export function unwrap(node: Node): Node {
  let at = node;
  while (wrappers.has(kindOf(at))) at = (at as unknown as { expression: Node }).expression;
  return at;
}

/** As `unwrap`, and without `await`. */
export function unwrapAwait(node: Node): Node {
  const inner = unwrap(node);
  return inner.type === 'AwaitExpression' ? unwrapAwait(inner.argument) : inner;
}

/** The outermost expression that is still this value: `x` of `(x as T)!`. */
export function wrapped(node: Node): Node {
  let at = node;
  for (let parent = parentOf(at); parent !== undefined && wrappers.has(kindOf(parent)); parent = parentOf(at)) {
    at = parent;
  }
  return at;
}

/** As `wrapped`, and over `await`. */
export function awaited(node: Node): Node {
  const outer = wrapped(node);
  const parent = parentOf(outer);
  return parent?.type === 'AwaitExpression' ? awaited(parent) : outer;
}
