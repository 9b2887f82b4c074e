import type { SourceCode } from 'eslint';
import { lastName } from '../syntax/name.js';
import { enclosingFunction, isFunction, isInside, parentOf, rangeOf, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { variableOf } from '../syntax/variable.js';
import { rejectionHandler } from './found-default.js';

const handling =
  /^(?:log|logger|trace|debug|info|warn|warning|error|fatal|notice|verbose|emit|reject|fail|report|record|capture\w*|track\w*|notify\w*|push|add|abort|exit|next|on[A-Z]?\w*[eE]rr(?:or)?|handle\w*|print\w*|write|skip|throw\w*|invariant)$|(?:Error|Warning|Failure|Rejection|Log)$/u;
const reporters = /^(?:console|log|logger|output|ui|reporter|spinner)$/iu;
const errorName = /^(?:e|er|err|error)$/u;

/** Whether a node tells of the error, passes it on, or keeps it. */
export function isHandling(node: Node, further: RegExp): boolean {
  if (node.type === 'ThrowStatement') return true;
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const name = lastName(node.callee) ?? '';
    return handling.test(name) || further.test(name) || reporters.test(objectName(node.callee));
  }
  // `process.exitCode = 1`, `this.lastError = …`, `failed = true`: the failure is recorded.
  return node.type === 'AssignmentExpression' && (node.left.type === 'MemberExpression' || isTruth(node.right));
}

function isTruth(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'boolean';
}

function objectName(callee: Node): string {
  const inner = unwrap(callee);
  return inner.type === 'MemberExpression' ? (lastName(inner.object) ?? '') : '';
}

export function usesParameter(clause: NodeOf<'CatchClause'>, sourceCode: SourceCode): boolean {
  return sourceCode.getDeclaredVariables(clause).some(({ references }) => references.length > 0);
}

/** The error of a callback, `err` of `(err, rows) => { if (err) … }`; undefined for a condition on something else. */
export function callbackError(
  { test }: NodeOf<'IfStatement'>,
  sourceCode: SourceCode,
): NodeOf<'Identifier'> | undefined {
  if (test.type !== 'Identifier' || !errorName.test(test.name)) return undefined;
  const first = enclosingFunction(test)?.params[0];
  const isFirst = first?.type === 'Identifier' && first.name === test.name;
  return isFirst && sourceCode.getScope(test).type !== 'global' ? test : undefined;
}

/** Whether the code before has given the error to somebody: `if (callback && err) return callback(err);` */
export function isToldBefore(error: NodeOf<'Identifier'>, sourceCode: SourceCode): boolean {
  const [start] = rangeOf(error);
  return (
    variableOf(error, sourceCode)?.references.some(({ identifier }) => {
      const use = identifier as Node;
      const call = parentOf(use);
      return rangeOf(use)[0] < start && call?.type === 'CallExpression' && call.arguments.some((each) => each === use);
    }) ?? false
  );
}

/** Whether another error is being dealt with here and is told afterwards: what fails on the way must not hide it. */
export function isAnotherHandled(attempt: Node, sourceCode: SourceCode): boolean {
  for (let at = attempt, parent = parentOf(at); parent !== undefined; at = parent, parent = parentOf(at)) {
    const errors = errorsOf(at, parent, sourceCode);
    const isTold = errors?.some(({ identifier }) => {
      const use = identifier as Node;
      return isInside(use, at) && rangeOf(use)[0] >= rangeOf(attempt)[1];
    });
    if (isTold === true) return true;
  }
  return false;
}

/** Uses of the error that a piece of code is run for. */
function errorsOf(at: Node, parent: Node, sourceCode: SourceCode) {
  if (parent.type === 'CatchClause' && parent.body === at)
    return sourceCode.getDeclaredVariables(parent).flatMap(({ references }) => references);
  if (parent.type === 'IfStatement' && parent.consequent === at) {
    const error = callbackError(parent, sourceCode);
    return error && variableOf(error, sourceCode)?.references;
  }
  if (isFunction(parent) && parent.body === at)
    return sourceCode
      .getDeclaredVariables(parent)
      .filter(({ name }) => errorName.test(name))
      .flatMap(({ references }) => references)
      .filter(({ identifier }) => parentOf(identifier as Node)?.type === 'ThrowStatement');
  if (parent.type === 'CallExpression' && rejectionHandler(parent) === at) {
    const [first] = rejectionHandler(parent)?.params ?? [];
    return sourceCode
      .getDeclaredVariables(at)
      .filter(({ name }) => first?.type === 'Identifier' && name === first.name)
      .flatMap(({ references }) => references);
  }
  return undefined;
}
