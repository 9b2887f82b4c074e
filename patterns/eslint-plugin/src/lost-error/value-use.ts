import type { SourceCode } from 'eslint';
import { booleanAnswer } from '../syntax/boolean-answer.js';
import { defaultValue, type DefaultKind } from '../syntax/default-value.js';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap, wrapped } from '../syntax/unwrap.js';
import { variableOf } from '../syntax/variable.js';
import { containsHere } from '../syntax/walk.js';

const digest = /hash|digest|sha\d|checksum|integrity/iu;

export function returnsValue(owner: FunctionNode, sourceCode: SourceCode): boolean {
  return containsHere(owner.body, sourceCode, (at) => at.type === 'ReturnStatement' && Boolean(at.argument));
}

/** Whether some way through the function gives more than a default; else nobody reads what it returns. */
export function givesResult(owner: FunctionNode, sourceCode: SourceCode): boolean {
  if (owner.body.type !== 'BlockStatement') return true;
  return containsHere(
    owner.body,
    sourceCode,
    (at) => at.type === 'ReturnStatement' && defaultValue(at.argument) === undefined,
  );
}

/** A digest that cannot be made is not the one that is wanted, and all that is done with it is to compare. */
export function isComparedDigest(call: NodeOf<'CallExpression'>, kind: DefaultKind, sourceCode: SourceCode): boolean {
  const callee = unwrap(call.callee) as NodeOf<'MemberExpression'>;
  const made = unwrap(callee.object);
  if (kind !== 'nothing' || made.type !== 'CallExpression' || !digest.test(lastName(made.callee) ?? '')) return false;
  const value = awaited(call);
  const holder = parentOf(value);
  if (holder?.type !== 'VariableDeclarator') return isCompared(value);
  const uses = sourceCode.getDeclaredVariables(holder).flatMap(({ references }) => references);
  return uses.every(({ identifier, init }) => init === true || isCompared(wrapped(identifier as Node)));
}

/** `value === wanted`, `value?.sha256 !== wanted`. */
function isCompared(value: Node): boolean {
  const parent = parentOf(value);
  if (parent?.type === 'MemberExpression' && parent.object === value) return isCompared(wrapped(parent));
  return parent?.type === 'BinaryExpression' && /^[!=]==?$/u.test(parent.operator);
}

/** Nobody reads the value: `await remove(file).catch(() => undefined);` tolerates a failure, and shows it. */
export function isDiscarded(call: Node): boolean {
  let at = awaited(call);
  for (;;) {
    const parent = parentOf(at);
    if (parent?.type === 'UnaryExpression' && parent.operator === 'void') at = parent;
    else if (parent?.type === 'MemberExpression' && keyName(parent) === 'finally')
      at = awaited(parentOf(parent) ?? parent);
    else if (parent?.type === 'MemberExpression' && isFollowed(parent)) return true;
    else if (parent?.type === 'ArrowFunctionExpression' && parent.body === at) return true;
    else return parent?.type === 'ExpressionStatement';
  }
}

/** `.then(() => …)` goes on without the value. */
function isFollowed(member: NodeOf<'MemberExpression'>): boolean {
  const call = parentOf(member);
  if (keyName(member) !== 'then' || call?.type !== 'CallExpression' || call.callee !== member) return false;
  const [next] = call.arguments;
  return next !== undefined && isFunction(next) && next.params.length === 0;
}

/** The same promise is returned or awaited too, and its error with it: `queue = done.catch(() => undefined); return done;` */
export function isDeliveredElsewhere(call: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const callee = unwrap(call.callee);
  const receiver = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
  if (receiver?.type !== 'Identifier') return false;
  return (
    variableOf(receiver, sourceCode)?.references.some(({ identifier }) => {
      const use = identifier === receiver ? undefined : parentOf(identifier as Node)?.type;
      return use === 'ReturnStatement' || use === 'AwaitExpression' || use === 'Property' || use === 'CallExpression';
    }) ?? false
  );
}

/** `access(file).then(() => true, () => false)` asks a question. */
export function answersQuestion(call: NodeOf<'CallExpression'>, kind: DefaultKind): boolean {
  if (kind !== 'false' && kind !== 'true') return false;
  const callee = unwrap(call.callee) as NodeOf<'MemberExpression'>;
  const source = keyName(callee) === 'then' ? call : unwrap(callee.object);
  if (source.type !== 'CallExpression' || lastName(source.callee) !== 'then') return false;
  const answer = source.arguments[0];
  if (answer === undefined || !isFunction(answer)) return false;
  const value = answer.body.type === 'BlockStatement' ? answer.body.body.at(-1) : answer.body;
  return booleanAnswer(value?.type === 'ReturnStatement' ? value.argument : value) !== undefined;
}
