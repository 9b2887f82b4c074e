import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { rootOf } from '../syntax/flow.js';
import type { Module } from '../syntax/parse.js';
import { isGlobal, keyOf } from '../syntax/references.js';

/** What stands against a class: reason, message and place. */
export type Objection = readonly [reason: string, message: string];

/** What one use of a constructor's name says against making it a class. */
export function objectionOfUse(
  module: Module,
  { name }: Variable,
  node: TSESTree.Node,
  constructor: TSESTree.FunctionDeclaration,
  exported: 'decline' | 'trust',
): Objection | undefined {
  const at = `at line ${module.lines.at(node.range[0]).line}`;
  const { parent } = node;
  if (!parent) return ['handed-on', `${name} is used in an unknown way, ${at}.`];
  switch (parent.type) {
    case 'NewExpression':
      if (parent.callee === node) return undefined;
      break;
    case 'CallExpression':
      if (parent.callee === node) return ['called-without-new', `${name} is called without new, ${at}.`];
      break;
    case 'BinaryExpression':
      if (parent.operator !== 'instanceof' || parent.right !== node) break;
      return parent.left.type === 'ThisExpression' && isWithin(node, constructor)
        ? ['called-without-new', `${name} makes up for a call without new, ${at}.`]
        : undefined;
    case 'MemberExpression':
      if (parent.object === node) return objectionOfMember(name, parent, at);
      break;
    default:
  }
  if (isExport(module, node)) {
    return exported === 'trust'
      ? undefined
      : ['exported', `${name} is exported, ${at}: others may call it without new, or inherit from it by call.`];
  }
  return ['handed-on', `${name} is handed on, ${at}, where it may be called without new.`];
}

const reflective = new Set(['name', 'length', 'caller', 'arguments', 'toString', 'constructor']);

function objectionOfMember(name: string, member: TSESTree.MemberExpression, at: string): Objection | undefined {
  const key = keyOf(member);
  if (key === undefined || reflective.has(key)) return ['reflection', `What ${name} is itself is read, ${at}.`];
  if (key === 'call' || key === 'apply' || key === 'bind') {
    return ['called-without-new', `${name} is called by ${key}, ${at}.`];
  }
  if (key !== 'prototype') return undefined;
  return objectionOfPrototype(name, member, at);
}

function objectionOfPrototype(name: string, prototype: TSESTree.MemberExpression, at: string): Objection | undefined {
  const { parent } = prototype;
  if (parent.type === 'AssignmentExpression' && parent.left === prototype) {
    return ['prototype-replaced', `The prototype of ${name} is replaced, ${at}.`];
  }
  if (parent.type !== 'MemberExpression' || parent.object !== prototype) {
    return ['prototype-used', `The prototype of ${name} is used as a whole, ${at}, where its methods may be listed.`];
  }
  const key = keyOf(parent);
  if (key === undefined || key === 'constructor' || key === '__proto__') {
    return ['prototype-used', `A member of the prototype of ${name} is not a plain method, ${at}.`];
  }
  const outer = parent.parent;
  if (outer.type === 'AssignmentExpression' && outer.left === parent && outer.right.type === 'FunctionExpression') {
    return ['scattered-methods', `${key} of ${name} is not defined right after it, but ${at}.`];
  }
  if (outer.type === 'MemberExpression' && outer.object === parent && keyOf(outer) === 'prototype') {
    return ['method-as-constructor', `${key} of ${name} is used as a constructor, ${at}.`];
  }
  return undefined;
}

function isExport(module: Module, node: TSESTree.Node): boolean {
  let value = node;
  for (let above = node.parent; above; value = above, above = above.parent) {
    switch (above.type) {
      case 'ExportSpecifier':
      case 'ExportDefaultDeclaration':
        return true;
      case 'Property':
      case 'ObjectExpression':
        continue;
      case 'AssignmentExpression': {
        if (above.right !== value) return false;
        const root = rootOf(above.left);
        if (isGlobal(module, root, 'exports') || isGlobal(module, root, 'module')) return true;
        continue;
      }
      default:
        return false;
    }
  }
  return false;
}

function isWithin(node: TSESTree.Node, { range: [start, end] }: TSESTree.Node): boolean {
  return node.range[0] >= start && node.range[1] <= end;
}
