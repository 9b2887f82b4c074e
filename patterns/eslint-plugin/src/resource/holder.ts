import type { Scope, SourceCode } from 'eslint';
import { keyName, lastName } from '../syntax/name.js';
import { enclosingFunction, isFunction, parentOf, type FunctionNode, type Node } from '../syntax/node.js';
import { awaited, wrapped } from '../syntax/unwrap.js';
import { variableOf } from '../syntax/variable.js';
import type { Resource } from './resources.js';

/** What one function does with a resource that a variable holds. */
export interface Uses {
  /** Calls that close it, in the function itself. */
  readonly closing: ReadonlySet<Node>;
  /** Calls that open it. */
  readonly opening: readonly Node[];
  /** Calls with it that may throw at once. */
  readonly touching: ReadonlySet<Node>;
  /** Somebody else can close it: it was returned, stored, passed on, or a callback closes it. */
  readonly isHandedOn: boolean;
}

/** The variable that takes what a call opens; undefined when something else takes it. */
export function holderOf(call: Node, sourceCode: SourceCode): Scope.Variable | undefined {
  const holder = parentOf(awaited(call));
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier') {
    const declaration = parentOf(holder);
    const isDisposed = declaration?.type === 'VariableDeclaration' && declaration.kind.includes('using');
    return isDisposed ? undefined : variableOf(holder.id, sourceCode);
  }
  if (holder?.type !== 'AssignmentExpression' || holder.left.type !== 'Identifier' || holder.operator !== '=')
    return undefined;
  const variable = variableOf(holder.left, sourceCode);
  const owner = enclosingFunction(call);
  const definition = variable?.defs[0]?.node as Node | undefined;
  return definition !== undefined && enclosingFunction(definition) === owner ? variable : undefined;
}

/** What becomes of the variable in the function that opened the resource. */
export function usesOf(
  variable: Scope.Variable,
  owner: FunctionNode,
  resource: Resource,
  sourceCode: SourceCode,
): Uses {
  const closing = new Set<Node>();
  const opening: Node[] = [];
  const touching = new Set<Node>();
  let isHandedOn = false;
  for (const { identifier, init } of variable.references) {
    const node = identifier as Node;
    if (init === true || isWriteTarget(node)) continue;
    const use = useOf(node, resource, sourceCode);
    const user = enclosingFunction(node);
    if (user !== owner) {
      // A callback that closes it runs when its caller likes; one that only looks at it takes nothing over.
      if (use.kind !== 'touch' && use.kind !== 'look') isHandedOn = true;
      else if (user === undefined || !isOwnCallback(user, variable)) isHandedOn = true;
    } else if (use.kind === 'close') closing.add(use.node);
    else if (use.kind === 'open') opening.push(use.node);
    else if (use.kind === 'touch') touching.add(use.node);
    else if (use.kind === 'hand on') isHandedOn = true;
  }
  return { closing, opening, touching, isHandedOn };
}

interface Use {
  readonly kind: 'close' | 'open' | 'touch' | 'look' | 'hand on';
  readonly node: Node;
}

const looking = new Set([
  'BinaryExpression',
  'IfStatement',
  'UnaryExpression',
  'ExpressionStatement',
  'WhileStatement',
]);
const returnsItself = new Set(['listen', 'on', 'once', 'addListener', 'ref', 'setTimeout', 'off']);
const descriptorCall =
  /^(?:read|write|fstat|ftruncate|fsync|fdatasync|futimes|fchmod|readFile|writeFile|appendFile|readv|writev)(?:Sync)?$/u;
const ending = new Set(['exit', 'close', 'error', 'disconnect', 'message', 'end']);

function useOf(identifier: Node, resource: Resource, sourceCode: SourceCode): Use {
  const value = wrapped(identifier);
  const parent = parentOf(value);
  if (parent === undefined) return { kind: 'hand on', node: value };
  if (parent.type === 'MemberExpression' && parent.object === value) return memberUse(parent, resource, sourceCode);
  if (parent.type === 'CallExpression' && parent.callee !== value) return argumentUse(parent, resource);
  if (parent.type === 'ForOfStatement' && parent.await) return { kind: 'close', node: parent };
  if (parent.type === 'LogicalExpression' && parent.left === value) return { kind: 'look', node: value };
  if (parent.type === 'ConditionalExpression' && parent.test === value) return { kind: 'look', node: value };
  return { kind: looking.has(parent.type) ? 'look' : 'hand on', node: value };
}

function memberUse(member: Node & { type: 'MemberExpression' }, resource: Resource, sourceCode: SourceCode): Use {
  const name = keyName(member) ?? '';
  const isDispose = member.computed && sourceCode.getText(member.property).includes('ispose');
  const outer = wrapped(member);
  const call = parentOf(outer);
  const isCalled = call?.type === 'CallExpression' && call.callee === outer;
  if (isDispose || resource.close.includes(name)) return { kind: 'close', node: isCalled ? call : member };
  if (!isCalled) return { kind: 'look', node: member };
  const [event] = call.arguments;
  const isWait =
    ['on', 'once', 'addListener'].includes(name) && event?.type === 'Literal' && ending.has(String(event.value));
  if (resource.endsItself && isWait) return { kind: 'close', node: call };
  if (resource.open?.includes(name))
    return isDropped(call) ? { kind: 'open', node: call } : { kind: 'hand on', node: call };
  return { kind: returnsItself.has(name) && !isDropped(call) ? 'hand on' : 'touch', node: call };
}

function argumentUse(call: Node & { type: 'CallExpression' }, resource: Resource): Use {
  const name = lastName(call.callee) ?? '';
  if (name === 'once') return { kind: resource.endsItself ? 'close' : 'touch', node: call };
  if (resource.what === 'file descriptor') {
    if (resource.close.includes(name)) return { kind: 'close', node: call };
    if (descriptorCall.test(name)) return { kind: 'touch', node: call };
  }
  return { kind: 'hand on', node: call };
}

/** Nobody keeps the call's value: `server.listen(0);` and `await server.listen(0);`. */
function isDropped(call: Node): boolean {
  let at = awaited(call);
  for (let parent = parentOf(at); parent?.type === 'MemberExpression' && parent.object === at; parent = parentOf(at)) {
    const chained = parentOf(parent);
    if (chained?.type !== 'CallExpression') return false;
    at = awaited(chained);
  }
  const parent = parentOf(at);
  if (parent?.type === 'ArrowFunctionExpression') return isExecutor(parent);
  return parent?.type === 'ExpressionStatement' || (parent?.type === 'AwaitExpression' && isDropped(parent));
}

function isExecutor(node: Node): boolean {
  const made = parentOf(node);
  return made?.type === 'NewExpression' && lastName(made.callee) === 'Promise';
}

/** A listener of the resource itself, the executor of a promise, or a loop over an array. */
function isOwnCallback(user: FunctionNode, variable: Scope.Variable): boolean {
  const call = parentOf(user);
  if (call?.type === 'NewExpression') return lastName(call.callee) === 'Promise';
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false;
  const outer = enclosingFunction(user);
  return (
    lastName(call.callee.object) === variable.name ||
    /^(?:forEach|map|filter|some|every)$/u.test(keyName(call.callee) ?? '') ||
    (outer !== undefined && isFunction(outer) && variable.name === lastName(call.callee.object))
  );
}

function isWriteTarget(node: Node): boolean {
  const parent = parentOf(node);
  return parent?.type === 'AssignmentExpression' && parent.left === node;
}
