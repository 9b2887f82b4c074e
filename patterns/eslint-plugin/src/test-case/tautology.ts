import type { SourceCode } from 'eslint';
import { dottedName, keyName, lastName } from '../syntax/name.js';
import type { Node, NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';

const equalMatchers = new Set(['toBe', 'toEqual', 'toStrictEqual', 'equal', 'equals', 'eql', 'eq', 'is']);
const truthMatchers = new Set(['toBeTruthy', 'toBeDefined']);
const equalAssertions = new Set(['equal', 'strictEqual', 'deepEqual', 'deepStrictEqual', 'is', 'same', 'eq']);

export function isTautology(node: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const callee = unwrap(node.callee);
  const name = lastName(callee) ?? '';
  const [first, second] = node.arguments;
  if (callee.type === 'Identifier') return name === 'assert' && first !== undefined && isTruth(first);
  if (callee.type !== 'MemberExpression') return false;
  const object = unwrap(callee.object);
  if (object.type === 'Identifier' && object.name === 'assert') {
    if (name === 'ok') return first !== undefined && isTruth(first);
    return (
      equalAssertions.has(name) && first !== undefined && second !== undefined && isSame(first, second, sourceCode)
    );
  }
  if (!equalMatchers.has(name) && !truthMatchers.has(name)) return false;
  const subject = subjectOf(object);
  if (subject === undefined) return false;
  if (truthMatchers.has(name)) return isTruth(subject);
  return first !== undefined && isSame(subject, first, sourceCode);
}

/** `x` of `expect(x)` and `expect(x).to`; a negated chain has none. */
function subjectOf(chain: Node): Node | undefined {
  const inner = unwrap(chain);
  if (inner.type === 'CallExpression') return lastName(inner.callee) === 'expect' ? inner.arguments[0] : undefined;
  if (inner.type !== 'MemberExpression' || !/^(?:to|be|deep|is)$/u.test(keyName(inner) ?? '')) return undefined;
  return subjectOf(inner.object);
}

function isTruth(node: Node): boolean {
  const value = unwrap(node);
  return value.type === 'Literal' && Boolean(value.value);
}

/** One literal twice, or one variable or plain property twice. */
function isSame(a: Node, b: Node, sourceCode: SourceCode): boolean {
  const [left, right] = [unwrap(a), unwrap(b)];
  if (left.type === 'Literal' && right.type === 'Literal') return left.value === right.value;
  const name = dottedName(left);
  return (
    name !== undefined &&
    name !== 'NaN' &&
    left.type !== 'Literal' &&
    sourceCode.getText(left) === sourceCode.getText(right)
  );
}
