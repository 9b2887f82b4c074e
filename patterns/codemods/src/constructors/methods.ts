import type { TSESTree } from '@typescript-eslint/types';
import { keyOf } from '../syntax/references.js';

/** `Foo.prototype.name = function () {…};` as a statement. */
export interface Method {
  readonly statement: TSESTree.ExpressionStatement;
  readonly name: string;
  /** How the key is written in a class body. */
  readonly key: string;
  readonly func: TSESTree.FunctionExpression;
  /** `Foo` in it. */
  readonly owner: TSESTree.Identifier;
}

/** Reads a statement as the definition of a method of that constructor. */
export function methodOf(statement: TSESTree.Node | undefined, constructor: string): Method | undefined {
  if (statement?.type !== 'ExpressionStatement') return undefined;
  const { expression } = statement;
  if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return undefined;
  const { left, right } = expression;
  if (left.type !== 'MemberExpression' || right.type !== 'FunctionExpression') return undefined;
  const owner = ownerOfPrototype(left.object);
  const name = keyOf(left);
  if (owner?.name !== constructor || name === undefined) return undefined;
  const key = /^[\w$]+$/.test(name) && !/^\d/.test(name) ? name : JSON.stringify(name);
  return { statement, name, key, func: right, owner };
}

/** `Foo` of `Foo.prototype`. */
export function ownerOfPrototype(node: TSESTree.Node): TSESTree.Identifier | undefined {
  if (node.type !== 'MemberExpression' || keyOf(node) !== 'prototype') return undefined;
  return node.object.type === 'Identifier' ? node.object : undefined;
}
