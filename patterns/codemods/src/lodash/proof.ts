import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { homeOf } from '../block-scope/home.js';
import { earlyUse, valueUses } from '../syntax/early-use.js';
import type { Module } from '../syntax/parse.js';
import { initOf, isGlobal, keyOf, unwrap, variableOf } from '../syntax/references.js';
import { frameOf, loopsAround } from '../syntax/units.js';
import { lodashMember } from './calls.js';
import { isGuardedAs } from './guard.js';

/** What a value is for certain: never null or undefined, and no object around a string. */
export type Proof = 'dense-array' | 'array' | 'string' | 'object' | 'function' | undefined;

/** What the file proves of the value of an expression. A dense array has no holes, which lodash visits and others skip. */
export function proofOf(module: Module, expression: TSESTree.Node): Proof {
  const node = unwrap(expression);
  switch (node.type) {
    case 'ArrayExpression':
      return node.elements.includes(null) ? 'array' : 'dense-array';
    case 'Literal':
      return typeof node.value === 'string' ? 'string' : undefined;
    case 'TemplateLiteral':
      return 'string';
    case 'ObjectExpression':
      return node.properties.every(
        (each) => each.type === 'Property' && !each.computed && each.kind === 'init' && keyOf(each) !== '__proto__',
      )
        ? 'object'
        : undefined;
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return 'function';
    case 'UnaryExpression':
      return node.operator === 'typeof' ? 'string' : undefined;
    case 'CallExpression':
      return proofOfCall(module, node);
    case 'Identifier':
      return proofOfName(module, node);
    default:
      return undefined;
  }
}

/** Functions of lodash that give an array without holes, whatever they are given, in version 3 and 4. */
const lodashArrays = new Set(
  (
    'keys values map filter reject compact uniq flatten union difference without intersection sortBy toArray pairs ' +
    'toPairs pluck where shuffle rest tail initial chunk'
  ).split(' '),
);
const objectArrays = new Set(['keys', 'values', 'entries', 'getOwnPropertyNames']);
const stringStrings = new Set(
  'trim trimStart trimEnd toUpperCase toLowerCase slice substring substr concat repeat padStart padEnd charAt normalize'.split(
    ' ',
  ),
);

function proofOfCall(module: Module, { callee, optional, arguments: [first] }: TSESTree.CallExpression): Proof {
  if (optional) return undefined;
  const method = lodashMember(module, callee)?.method;
  if (method !== undefined) return lodashArrays.has(method) ? 'dense-array' : undefined;
  if (isGlobal(module, callee, 'String')) return 'string';
  if (callee.type !== 'MemberExpression' || callee.optional) return undefined;
  const name = keyOf(callee);
  if (name === undefined) return undefined;
  if (isGlobal(module, callee.object, 'Object')) return objectArrays.has(name) ? 'dense-array' : undefined;
  if (isGlobal(module, callee.object, 'Array')) return name === 'from' || name === 'of' ? 'dense-array' : undefined;
  const owner = proofOf(module, callee.object);
  if (owner === 'string') {
    if (name === 'split') return first?.type === 'Literal' ? 'dense-array' : 'array';
    return stringStrings.has(name) ? 'string' : undefined;
  }
  if (owner !== 'array' && owner !== 'dense-array') return undefined;
  if (name === 'filter') return 'dense-array';
  if (name === 'map' || name === 'slice') return owner;
  return name === 'concat' ? 'array' : undefined;
}

function proofOfName(module: Module, node: TSESTree.Identifier): Proof {
  const variable = variableOf(module, node);
  const [definition] = variable?.defs ?? [];
  if (!variable || variable.defs.length !== 1 || !definition) return undefined;
  if (valueUses(variable).some((use) => use.isWrite())) return undefined;
  if (definition.type === 'FunctionName') return 'function';
  const guarded = isGuardedAs(module, node, variable);
  if (guarded) return guarded;
  const value = initOf(variable);
  if (!value || value.id.type !== 'Identifier' || definition.type !== 'Variable') return undefined;
  if (definition.parent.kind !== 'const' && !isBoundBeforeUse(module, variable, definition.node)) return undefined;
  if (value.init.range[0] <= node.range[0] && value.init.range[1] >= node.range[1]) return undefined;
  const proof = proofOf(module, value.init);
  return proof === 'dense-array' && !staysDense(module, node, variable) ? 'array' : proof;
}

/** Whether every use of a `var` comes after it has its value. */
function isBoundBeforeUse(module: Module, variable: Variable, declarator: TSESTree.VariableDeclarator): boolean {
  const home = homeOf(declarator.parent);
  if (home?.kind !== 'block' && home?.kind !== 'for') return false;
  const [start, end] = home.reach;
  const within = variable.references.every(({ identifier: { range } }) => range[0] >= start && range[1] <= end);
  return within && !earlyUse(module, { variable, home: home.node, end: declarator.range[1] });
}

const harmlessMethods = new Set(
  'push join map forEach filter slice indexOf lastIndexOf includes some every find findIndex concat reduce at'.split(
    ' ',
  ),
);

/** Whether nobody can have made holes in an array, or take from it while it is gone through, up to a use. */
function staysDense(module: Module, use: TSESTree.Identifier, variable: Variable): boolean {
  const isRepeated = loopsAround(use, frameOf(use)).length > 0;
  return valueUses(variable).every(({ identifier }) => {
    if (identifier === use || isHarmlessUse(module, identifier)) return true;
    const isLater = identifier.range[0] > (callAround(use)?.range[1] ?? use.range[1]);
    return (
      isLater &&
      !isRepeated &&
      frameOf(identifier) === frameOf(use) &&
      frameOf(use) === frameOf(variable.identifiers[0] ?? use)
    );
  });
}

const callAround = ({ parent }: TSESTree.Node) => (parent?.type === 'CallExpression' ? parent : undefined);

function isHarmlessUse(module: Module, node: TSESTree.Node): boolean {
  const { parent } = node;
  if (parent?.type === 'CallExpression') {
    return parent.arguments[0] === node && lodashReaders.has(lodashMember(module, parent.callee)?.method ?? '');
  }
  if (parent?.type !== 'MemberExpression' || parent.object !== node) return false;
  const outer = parent.parent;
  const name = keyOf(parent);
  if (outer.type === 'CallExpression' && outer.callee === parent)
    return name !== undefined && harmlessMethods.has(name);
  const isWritten =
    (outer.type === 'AssignmentExpression' && outer.left === parent) ||
    outer.type === 'UpdateExpression' ||
    (outer.type === 'UnaryExpression' && outer.operator === 'delete') ||
    /Pattern$/.test(outer.type) ||
    (outer.type === 'Property' && outer.parent.type === 'ObjectPattern') ||
    (/^For(?:In|Of)/.test(outer.type) && 'left' in outer && outer.left === parent);
  return !isWritten && (parent.computed || name === 'length');
}

const lodashReaders = new Set(
  (
    'map collect each forEach filter select some any every all find detect findIndex reduce foldl includes include contains ' +
    'indexOf first head last size compact join keys isArray isEmpty isUndefined isNull isNil'
  ).split(' '),
);
