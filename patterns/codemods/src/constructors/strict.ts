import type { TSESTree } from '@typescript-eslint/types';
import { rootOf } from '../syntax/flow.js';
import type { Module } from '../syntax/parse.js';
import { initOf, referenceOf, variableOf } from '../syntax/references.js';
import { childrenOf, walk } from '../syntax/walk.js';

type Func = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression;

/** Whether code at this node runs in strict mode. */
export function isStrict(module: Module, node: TSESTree.Node): boolean {
  if (module.esm) return true;
  for (let above: TSESTree.Node | undefined = node; above; above = above.parent) {
    if (above.type === 'ClassBody') return true;
    if (above.type === 'Program' && hasDirective(above.body)) return true;
    if ('body' in above && above.body && 'type' in above.body && above.body.type === 'BlockStatement') {
      if (/Function/.test(above.type) && hasDirective(above.body.body)) return true;
    }
  }
  return false;
}

const hasDirective = (body: readonly TSESTree.Node[]): boolean =>
  body.some((node) => node.type === 'ExpressionStatement' && node.directive === 'use strict');

const reserved = new Set(
  'implements interface let package private protected public static yield eval arguments'.split(' '),
);
const functions = /^(?:FunctionDeclaration|FunctionExpression)$/;

/** What a sloppy function does that strict mode, which a class body is always in, does otherwise or refuses. */
export function sloppyPlace(module: Module, func: Func): TSESTree.Node | undefined {
  if (/freeze|seal|preventExtensions|definePropert|__define/.test(module.source)) return func;
  const names = new Set<string>();
  for (const param of func.params) {
    if (param.type !== 'Identifier' || names.has(param.name)) return param;
    names.add(param.name);
  }
  const usesArguments = [...walk(func.body)].some((node) => node.type === 'Identifier' && node.name === 'arguments');
  for (const node of walk(func)) {
    if (differs(module, node, func, usesArguments)) return node;
  }
  return undefined;
}

function differs(module: Module, node: TSESTree.Node, func: Func, usesArguments: boolean): boolean {
  switch (node.type) {
    case 'WithStatement':
      return true;
    case 'Identifier':
      if (node.name === 'arguments') return node.parent.type === 'MemberExpression' && isReflection(node.parent);
      return reserved.has(node.name) && !isPropertyName(node);
    case 'Literal':
      return /^0\d/.test(node.raw) || (typeof node.value === 'string' && /\\(?:[1-9]|0\d)/.test(node.raw));
    case 'FunctionDeclaration':
      return node !== func && !(node.parent.type === 'BlockStatement' && /Function/.test(node.parent.parent.type));
    case 'ThisExpression':
      return functionAround(node) !== func;
    case 'UnaryExpression':
      return node.operator === 'delete';
    case 'UpdateExpression':
      return !isSafeTarget(module, node.argument, func, usesArguments);
    case 'AssignmentExpression':
      return !isSafeTarget(module, node.left, func, usesArguments);
    case 'ForInStatement':
    case 'ForOfStatement':
      return node.left.type !== 'VariableDeclaration';
    default:
      return false;
  }
}

const isReflection = (node: TSESTree.MemberExpression): boolean =>
  node.computed
    ? node.property.type === 'Literal' && typeof node.property.value === 'string'
    : node.property.type === 'Identifier' && node.property.name !== 'length';

const isPropertyName = ({ parent }: TSESTree.Identifier & { parent: TSESTree.Node }): boolean =>
  (parent.type === 'MemberExpression' && !parent.computed) ||
  (parent.type === 'Property' && !parent.computed && !parent.shorthand);

/** Whether writing to a target fails for nobody: a declared name, a field of the instance, or of an object made here. */
function isSafeTarget(module: Module, target: TSESTree.Node, func: Func, usesArguments: boolean): boolean {
  if (target.type === 'Identifier') {
    const variable = referenceOf(module, target)?.resolved;
    if (!variable) return false;
    const [definition] = variable.defs;
    if (definition?.type === 'FunctionName' && definition.node.type === 'FunctionExpression') return false;
    return !usesArguments || definition?.type !== 'Parameter';
  }
  if (target.type !== 'MemberExpression') return false;
  if (target.object.type === 'ThisExpression') return functionAround(target) === func;
  const root = rootOf(target);
  if (root.type !== 'Identifier' || target.object !== root) return false;
  const variable = variableOf(module, root);
  const init = variable && initOf(variable)?.init;
  return init?.type === 'ObjectExpression' || init?.type === 'ArrayExpression';
}

/** The function whose `this` a node means. */
function functionAround(node: TSESTree.Node): TSESTree.Node | undefined {
  let above = node.parent;
  while (above && !functions.test(above.type) && !isFieldOrStaticBlock(above)) above = above.parent;
  return above;
}

const isFieldOrStaticBlock = ({ type }: TSESTree.Node) => type === 'PropertyDefinition' || type === 'StaticBlock';

/** Whether a function says `this` itself. */
export function saysThis(func: TSESTree.Node): boolean {
  const search = (node: TSESTree.Node): boolean =>
    node.type === 'ThisExpression' || childrenOf(node).some((child) => !functions.test(child.type) && search(child));
  return childrenOf(func).some((child) => search(child));
}
