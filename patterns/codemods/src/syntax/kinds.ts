import type { TSESTree } from '@typescript-eslint/types';
import type { Reference, Variable } from '@typescript-eslint/scope-manager';
import { guardedKind } from './guards.js';
import { isMember } from './loads.js';
import type { Module } from './parse.js';
import { isGlobal, keyOf, unwrap, variableOf } from './references.js';

/**
 * What a value is for certain whenever it is used: `other` is anything but a number, `unknown` is anything at all.
 * `undefined` of a variable not yet written to is left out: where these kinds are asked for, it throws before and after.
 */
export type Kind = 'string' | 'number' | 'array' | 'bytes' | 'other' | 'unknown';

/** What is true of a value that is one of two. */
export function either(a: Kind | undefined, b: Kind | undefined): Kind {
  if (a === undefined || b === undefined) return a ?? b ?? 'unknown';
  if (a === b) return a;
  return a === 'unknown' || b === 'unknown' || a === 'number' || b === 'number' ? 'unknown' : 'other';
}

/** The kind of value that an expression has, as far as the file alone proves it. */
export const kindOf = (module: Module, expression: TSESTree.Node): Kind =>
  kind(module, expression, new Set()) ?? 'unknown';

/** `undefined` for a variable whose kind is being asked for already: it adds nothing. */
type Deeper = Kind | undefined;

function kind(module: Module, expression: TSESTree.Node, open: Set<Variable>): Deeper {
  const of = (inner: TSESTree.Node) => kind(module, inner, open);
  const node = unwrap(expression);
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'string') return 'string';
      return typeof node.value === 'number' ? 'number' : 'bigint' in node ? 'unknown' : 'other';
    case 'TemplateLiteral':
      return 'string';
    case 'ArrayExpression':
      return 'array';
    case 'ObjectExpression':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return 'other';
    case 'NewExpression':
      return constructed(module, node.callee);
    case 'UpdateExpression':
      return 'number';
    case 'UnaryExpression':
      if (node.operator === 'typeof') return 'string';
      return node.operator === '!' || node.operator === 'void' || node.operator === 'delete' ? 'other' : 'number';
    case 'BinaryExpression':
      if (node.operator === '+') return sum(of(node.left), of(node.right));
      return /^(?:[-*/%&|^]|\*\*|<<|>>>?)$/.test(node.operator) ? 'number' : 'other';
    case 'LogicalExpression':
      return either(of(node.left), of(node.right));
    case 'ConditionalExpression':
      return either(of(node.consequent), of(node.alternate));
    case 'SequenceExpression':
      return node.expressions.length > 0 ? of(node.expressions.at(-1) ?? node) : 'unknown';
    case 'AssignmentExpression':
      return written(node, of);
    case 'MemberExpression':
      return member(module, node, of);
    case 'CallExpression':
      return called(module, node, of);
    case 'AwaitExpression':
      return awaited(module, node.argument);
    case 'Identifier':
      return guardedKind(module, node) ?? named(module, node, open);
    default:
      return 'unknown';
  }
}

/** A `new` never gives a number or a string, but an object. */
function constructed(module: Module, callee: TSESTree.Expression): Kind {
  if (isGlobal(module, callee, 'Array')) return 'array';
  return isGlobal(module, callee, 'Buffer') || isGlobal(module, callee, 'Uint8Array') ? 'bytes' : 'other';
}

function sum(left: Deeper, right: Deeper): Deeper {
  if (left === 'string' || right === 'string') return 'string';
  if (left === undefined || right === undefined) return left ?? right;
  return left === 'number' && right === 'number' ? 'number' : 'unknown';
}

function written(node: TSESTree.AssignmentExpression, of: (node: TSESTree.Node) => Deeper): Deeper {
  if (node.operator === '=') return of(node.right);
  if (node.operator === '+=') return sum(of(node.left), of(node.right));
  return /^(?:\|\||&&|\?\?)=$/.test(node.operator) ? either(of(node.left), of(node.right)) : 'number';
}

/** Names that belong to one kind of value alone, and always give the same kind. */
const alwaysStrings = new Set(
  'toString toUpperCase toLowerCase trim toFixed toISOString charAt padStart padEnd'.split(' '),
);
const ofString = new Map<string, Kind>([
  ...'concat normalize repeat replace replaceAll slice substr substring trimEnd trimStart'
    .split(' ')
    .map((name) => [name, 'string'] as const),
  ...'charCodeAt indexOf lastIndexOf localeCompare search'.split(' ').map((name) => [name, 'number'] as const),
  ['split', 'array'],
]);
const ofArray = new Map<string, Kind>([
  ...'concat filter flat flatMap map slice splice toReversed toSorted toSpliced with reverse sort fill copyWithin'
    .split(' ')
    .map((name) => [name, 'array'] as const),
  ...'indexOf lastIndexOf push unshift findIndex'.split(' ').map((name) => [name, 'number'] as const),
  ['join', 'string'],
]);
const globals = new Map<string, Kind>([
  ['String', 'string'],
  ['Number', 'number'],
  ['parseInt', 'number'],
  ['parseFloat', 'number'],
  ...'encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape'
    .split(' ')
    .map((name) => [name, 'string'] as const),
]);
const statics: Readonly<Record<string, ReadonlyMap<string, Kind>>> = {
  Object: new Map('keys values entries getOwnPropertyNames'.split(' ').map((name) => [name, 'array'])),
  Array: new Map([
    ['from', 'array'],
    ['of', 'array'],
  ]),
  String: new Map([
    ['fromCharCode', 'string'],
    ['fromCodePoint', 'string'],
    ['raw', 'string'],
  ]),
  JSON: new Map([['stringify', 'other']]),
  Date: new Map([['now', 'number']]),
  Number: new Map([
    ['parseInt', 'number'],
    ['parseFloat', 'number'],
  ]),
  Buffer: new Map([
    ...'from alloc allocUnsafe concat'.split(' ').map((name) => [name, 'bytes'] as const),
    ['byteLength', 'number'],
  ]),
};

function called(module: Module, node: TSESTree.CallExpression, of: (node: TSESTree.Node) => Deeper): Deeper {
  const { callee } = node;
  if (node.optional || callee.type === 'Super') return 'unknown';
  if (callee.type === 'Identifier') {
    const known = globals.get(callee.name);
    if (known && isGlobal(module, callee, callee.name)) return known;
    if (isGlobal(module, callee, 'Buffer')) return 'bytes';
    return isGlobal(module, callee, 'Array') ? 'array' : 'unknown';
  }
  if (callee.type !== 'MemberExpression' || callee.optional) return 'unknown';
  const name = keyOf(callee);
  if (name === undefined) return 'unknown';
  if (callee.object.type === 'Identifier' && isGlobal(module, callee.object, callee.object.name)) {
    if (callee.object.name === 'Math') return 'number';
    const known = Object.hasOwn(statics, callee.object.name) ? statics[callee.object.name]?.get(name) : undefined;
    if (known) return known;
  }
  if (name === 'readdirSync' && isMember(module, callee, 'fs', 'readdirSync')) return 'array';
  if (name === 'readFileSync' && isMember(module, callee, 'fs', 'readFileSync')) return 'other';
  if (alwaysStrings.has(name)) return 'string';
  const owner = of(callee.object);
  if (owner === 'string') return ofString.get(name) ?? 'unknown';
  if (owner === 'array') return ofArray.get(name) ?? 'unknown';
  return 'unknown';
}

/** Promises of arrays. */
function awaited(module: Module, call: TSESTree.Expression): Kind {
  if (call.type !== 'CallExpression' || call.optional || call.callee.type === 'Super') return 'unknown';
  const { callee } = call;
  if (callee.type === 'MemberExpression' && /^all(?:Settled)?$/.test(keyOf(callee) ?? '')) {
    return isGlobal(module, callee.object, 'Promise') ? 'array' : 'unknown';
  }
  const isReaddir =
    isMember(module, callee, 'fs/promises', 'readdir') || isMember(module, callee, 'fs', 'promises', 'readdir');
  return isReaddir ? 'array' : 'unknown';
}

function member(module: Module, node: TSESTree.MemberExpression, of: (node: TSESTree.Node) => Deeper): Deeper {
  if (node.optional) return 'unknown';
  const { object } = node;
  const name = keyOf(node);
  if (object.type === 'MemberExpression' && keyOf(object) === 'env' && isGlobal(module, object.object, 'process')) {
    return 'other';
  }
  if (name === 'length') {
    if (object.type === 'Identifier' && object.name === 'arguments') return 'number';
    const owner = of(object);
    return owner === 'string' || owner === 'array' || owner === 'bytes' ? 'number' : 'unknown';
  }
  if (object.type === 'Identifier' && object.name === 'Math' && isGlobal(module, object, 'Math')) return 'number';
  return name === 'pid' && isGlobal(module, object, 'process') ? 'number' : 'unknown';
}

function named(module: Module, node: TSESTree.Identifier, open: Set<Variable>): Deeper {
  const variable = variableOf(module, node);
  if (!variable) return isGlobal(module, node, 'undefined') ? 'other' : 'unknown';
  if (open.has(variable)) return undefined;
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || !definition) return 'unknown';
  const declared =
    definition.name.type === 'Identifier' ? annotated(definition.name.typeAnnotation?.typeAnnotation) : undefined;
  if (declared) return declared;
  if (definition.type === 'FunctionName' || definition.type === 'ClassName') return 'other';
  if (definition.type === 'Parameter') {
    return 'argument' in definition.name.parent && definition.name.parent.type === 'RestElement'
      ? rest(variable)
      : 'unknown';
  }
  if (definition.type !== 'Variable') return 'unknown';
  open.add(variable);
  try {
    let all: Deeper;
    for (const reference of variable.references.filter((each) => each.isWrite())) {
      const value = writtenBy(module, reference, open);
      if (value !== undefined) all = either(all, value);
    }
    return all ?? 'unknown';
  } finally {
    open.delete(variable);
  }
}

const rest = (variable: Variable): Kind => (variable.references.some((each) => each.isWrite()) ? 'unknown' : 'array');

function writtenBy(module: Module, { identifier, writeExpr }: Reference, open: Set<Variable>): Deeper {
  const { parent } = identifier;
  const of = (node: TSESTree.Node) => kind(module, node, open);
  if (parent.type === 'UpdateExpression') return 'number';
  if (parent.type === 'AssignmentExpression' && parent.left === identifier) return written(parent, of);
  if (parent.type !== 'VariableDeclarator' || parent.id !== identifier) return 'unknown';
  const loop = parent.parent.parent;
  if (loop.type === 'ForInStatement' && loop.left === parent.parent) return 'string';
  if (loop.type === 'ForOfStatement' && loop.left === parent.parent) return 'unknown';
  return parent.init && writeExpr ? of(parent.init) : 'unknown';
}

/** What TypeScript holds a name to be. */
function annotated(type: TSESTree.TypeNode | undefined): Kind | undefined {
  switch (type?.type) {
    case 'TSStringKeyword':
      return 'string';
    case 'TSNumberKeyword':
      return 'number';
    case 'TSArrayType':
    case 'TSTupleType':
      return 'array';
    case 'TSTypeOperator':
      return type.operator === 'readonly' ? annotated(type.typeAnnotation) : undefined;
    case 'TSTypeReference': {
      const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
      if (name === 'Array' || name === 'ReadonlyArray') return 'array';
      return name === 'Buffer' || name === 'Uint8Array' ? 'bytes' : undefined;
    }
    case 'TSUnionType':
      return type.types.map(annotated).reduce((a, b) => (a && b ? either(a, b) : undefined));
    default:
      return undefined;
  }
}
