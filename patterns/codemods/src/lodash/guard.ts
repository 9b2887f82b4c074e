import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import { isGlobal, keyOf, literalText, variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';
import { lodashMember } from './calls.js';

type Guarded = 'array' | 'string' | undefined;

/**
 * What the tests that a use lies behind prove of a name that is never written to again: by `if`, `?:`, `&&`, `||`, or
 * an earlier `if (…) return`.
 */
export function isGuardedAs(module: Module, use: TSESTree.Identifier, variable: Variable): Guarded {
  if (!isSteady(variable)) return undefined;
  let child: TSESTree.Node = use;
  for (let node: TSESTree.Node | undefined = use.parent; node; child = node, node = node.parent) {
    for (const [test, holds] of testsBefore(node, child)) {
      const fact = factOf(module, test, holds, variable);
      if (fact) return fact;
    }
    if (variable.scope.block === node) return undefined;
  }
  return undefined;
}

/** A parameter can also be written to by `arguments`. */
function isSteady({ defs, scope }: Variable): boolean {
  const [definition] = defs;
  if (definition?.type !== 'Parameter') return definition?.type === 'Variable' && definition.parent.kind !== 'var';
  if (definition.node.type === 'ArrowFunctionExpression') return true;
  return ![...walk(scope.block)].some((node) => node.type === 'Identifier' && node.name === 'arguments');
}

function testsBefore(node: TSESTree.Node, child: TSESTree.Node): [test: TSESTree.Node, holds: boolean][] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child === node.test ? [] : [[node.test, child === node.consequent]];
    case 'LogicalExpression':
      return child === node.left || node.operator === '??' ? [] : [[node.left, node.operator === '&&']];
    case 'Program':
    case 'BlockStatement':
      return node.body
        .slice(0, node.body.indexOf(child as TSESTree.Statement))
        .flatMap((each) =>
          each.type === 'IfStatement' && !each.alternate && leaves(each.consequent) ? [[each.test, false]] : [],
        );
    default:
      return [];
  }
}

function leaves(node: TSESTree.Statement): boolean {
  if (node.type !== 'BlockStatement') return node.type === 'ReturnStatement' || node.type === 'ThrowStatement';
  const last = node.body.at(-1);
  return last !== undefined && leaves(last);
}

function factOf(module: Module, test: TSESTree.Node, holds: boolean, variable: Variable): Guarded {
  const is = (node: TSESTree.Node | undefined) => node?.type === 'Identifier' && variableOf(module, node) === variable;
  switch (test.type) {
    case 'UnaryExpression':
      return test.operator === '!' ? factOf(module, test.argument, !holds, variable) : undefined;
    case 'LogicalExpression':
      if ((test.operator === '&&') !== holds || test.operator === '??') return undefined;
      return factOf(module, test.left, holds, variable) ?? factOf(module, test.right, holds, variable);
    case 'CallExpression': {
      const { callee } = test;
      if (!holds || !is(test.arguments[0])) return undefined;
      if (lodashMember(module, callee)?.method === 'isArray') return 'array';
      if (callee.type !== 'MemberExpression' || keyOf(callee) !== 'isArray') return undefined;
      return isGlobal(module, callee.object, 'Array') ? 'array' : undefined;
    }
    case 'BinaryExpression': {
      if (test.operator !== (holds ? '===' : '!==') && test.operator !== (holds ? '==' : '!=')) return undefined;
      const [asked, answer] = test.left.type === 'UnaryExpression' ? [test.left, test.right] : [test.right, test.left];
      if (asked.type !== 'UnaryExpression' || asked.operator !== 'typeof' || !is(asked.argument)) return undefined;
      return literalText(answer) === 'string' ? 'string' : undefined;
    }
    default:
      return undefined;
  }
}
