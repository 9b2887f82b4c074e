import { builtinModules } from 'node:module';
import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from './parse.js';
import { initOf, isGlobal, keyOf, literalText, variableOf } from './references.js';
import type { Unit } from './units.js';

/** Where a function goes when it comes into being. */
export type Flow =
  /** Into a variable, or something that lies in it: it can be called by those who mention the variable. */
  | { readonly kind: 'variable'; readonly variable: Variable }
  /** To others, who can call it from then on. */
  | { readonly kind: 'escapes' }
  /** It can be called without being mentioned. */
  | { readonly kind: 'anyone' };

/** Where a function inside of `home` goes. */
export function flowOf(module: Module, unit: Unit, home: TSESTree.Node): Flow {
  if (unit.type === 'FunctionDeclaration') {
    return unit.id ? named(module, unit.id, home) : { kind: 'anyone' };
  }
  let value: TSESTree.Node = unit;
  for (let above: TSESTree.Node = unit.parent; ; value = above, above = above.parent) {
    switch (above.type) {
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (above.computed || (above.type === 'Property' && above.kind !== 'init')) return { kind: 'anyone' };
        if (above.type === 'MethodDefinition' && (above.kind === 'get' || above.kind === 'set'))
          return { kind: 'anyone' };
        if (isProtocol(above.key)) return { kind: 'anyone' };
        continue;
      case 'ClassDeclaration':
        return above.decorators.length > 0 ? { kind: 'anyone' } : named(module, above.id, home);
      case 'ClassExpression':
      case 'ClassBody':
      case 'ObjectExpression':
      case 'ArrayExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
        continue;
      case 'VariableDeclarator':
        return named(module, above.id, home);
      case 'AssignmentExpression':
        return assigned(module, above, value, home);
      default:
        return { kind: 'escapes' };
    }
  }
}

function assigned(
  module: Module,
  { left, right, operator, parent }: TSESTree.AssignmentExpression,
  value: TSESTree.Node,
  home: TSESTree.Node,
): Flow {
  if (operator !== '=' || right !== value || parent.type !== 'ExpressionStatement') return { kind: 'escapes' };
  if (left.type === 'Identifier') return named(module, left, home);
  if (left.type !== 'MemberExpression' || !isLocalObject(module, left)) return { kind: 'escapes' };
  const name = left.property;
  if (left.computed || isProtocol(name)) return { kind: 'anyone' };
  const root = rootOf(left);
  return root.type === 'Identifier' ? named(module, root, home) : { kind: 'escapes' };
}

/** A variable of `home` alone, or of what is in it. A parameter can be reached by `arguments`, and what nobody declares by everybody. */
function named(module: Module, name: TSESTree.Node | null, home: TSESTree.Node): Flow {
  if (name?.type !== 'Identifier') return { kind: 'escapes' };
  const variable = variableOf(module, name) ?? declaredBy(module, name);
  if (!variable || variable.defs.some(({ type }) => type === 'Parameter' || type === 'ImplicitGlobalVariable'))
    return { kind: 'escapes' };
  const [start, end] = home.range;
  const within = variable.identifiers.every(({ range }) => range[0] >= start && range[1] <= end);
  return within ? { kind: 'variable', variable } : { kind: 'escapes' };
}

function declaredBy(module: Module, name: TSESTree.Identifier): Variable | undefined {
  const { parent } = name;
  return module.scopes.getDeclaredVariables(parent).find(({ identifiers }) => identifiers.includes(name));
}

/** Methods that the language calls without their name: by operators, loops, `await` and conversions. */
const protocols = new Set(['toString', 'valueOf', 'toJSON', 'then', 'next', 'return', 'throw', '__proto__']);

function isProtocol(key: TSESTree.Node): boolean {
  const name = key.type === 'Identifier' ? key.name : literalText(key);
  return name !== undefined && protocols.has(name);
}

/** `a` of `a.b.c`. */
export function rootOf(node: TSESTree.Node): TSESTree.Node {
  let root = node;
  while (root.type === 'MemberExpression') root = root.object;
  return root;
}

/**
 * Whether a member belongs to an object that this file made, or to its own exports, so that writing to it runs no
 * setter of others. `Function.prototype` and `Object.prototype` have none that call what they are given.
 */
export function isLocalObject(module: Module, member: TSESTree.MemberExpression): boolean {
  const root = rootOf(member);
  if (!isShallow(member)) return false;
  if (root.type === 'ThisExpression') return true;
  if (root.type !== 'Identifier') return false;
  if (isGlobal(module, root, 'exports') || isGlobal(module, root, 'module')) return true;
  const variable = variableOf(module, root);
  const [definition] = variable?.defs ?? [];
  if (!variable || variable.defs.length !== 1 || !definition) return false;
  const made =
    definition.type === 'FunctionName' || definition.type === 'ClassName' ? definition.node : initOf(variable)?.init;
  return (
    made !== undefined &&
    /^(?:Object|Array|Function|ArrowFunction|Class)(?:Expression|Declaration)$/.test(made.type) &&
    !hasSetter(made)
  );
}

/** `a.b`, `a.prototype.b` and `module.exports.b`; what lies deeper in an object may have come from elsewhere. */
function isShallow({ object }: TSESTree.MemberExpression): boolean {
  if (object.type !== 'MemberExpression') return true;
  const key = keyOf(object);
  return (key === 'prototype' || key === 'exports') && object.object.type !== 'MemberExpression';
}

function hasSetter(made: TSESTree.Node): boolean {
  const members =
    made.type === 'ObjectExpression'
      ? made.properties
      : made.type === 'ClassDeclaration' || made.type === 'ClassExpression'
        ? made.body.body
        : [];
  return members.some((member) => 'kind' in member && member.kind === 'set');
}

const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
const harmless = new Set([
  'Object.create',
  'Object.freeze',
  'Object.keys',
  'Symbol',
  'Symbol.for',
  'Math.max',
  'Math.min',
]);
const made = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Date', 'RegExp', 'Error', 'TypeError', 'RangeError']);

/** Whether a call runs nothing of this file or of files that import it. */
export function isHarmless(module: Module, node: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const [first] = node.arguments;
  const { callee } = node;
  if (node.type === 'NewExpression') {
    const plain = node.arguments.every(({ type }) => type === 'Literal');
    return plain && callee.type === 'Identifier' && made.has(callee.name) && isGlobal(module, callee, callee.name);
  }
  if (isGlobal(module, callee, 'require')) {
    const name = first && literalText(first);
    return name !== undefined && builtins.has(name);
  }
  const root = rootOf(callee);
  if (root.type !== 'Identifier' || !isGlobal(module, root, root.name)) return false;
  const name =
    callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier'
      ? `${root.name}.${callee.property.name}`
      : root.name;
  const plain = node.arguments.every(({ type }) => type === 'Literal' || type === 'Identifier');
  return plain && harmless.has(name) && (callee.type === 'Identifier' || callee.type === 'MemberExpression');
}
