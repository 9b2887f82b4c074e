import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { either, type Kind } from './kinds.js';
import type { Module } from './parse.js';
import { isGlobal, keyOf, literalText, variableOf } from './references.js';

/**
 * What the tests that a use lies behind prove of its variable: `if (typeof a === 'string') use(a)`, and the same by
 * `&&`, `||`, `?:`, or an earlier `if (typeof a !== 'string') return`. Nothing where it could be written to in between.
 */
export function guardedKind(module: Module, use: TSESTree.Identifier): Kind | undefined {
  const variable = variableOf(module, use);
  if (!variable) return undefined;
  let proven: Kind | undefined;
  let loopEnd = use.range[1];
  let child: TSESTree.Node = use;
  for (let node = use.parent as TSESTree.Node | undefined; node; child = node, node = node.parent) {
    // A declared function may be called before the tests around it.
    if (node.type === 'FunctionDeclaration') return proven;
    if (isFunction(node) && variable.references.some((each) => each.isWrite() && !each.init)) return proven;
    for (const [test, holds] of testsBefore(node, child)) {
      const fact = factOf(module, test, holds, variable);
      if (fact && isSteady(variable, use, test.range[0], loopEnd)) proven = narrower(proven, fact);
    }
    if (isLoop(node)) loopEnd = node.range[1];
  }
  return proven;
}

/** `other` says less than every other kind. */
const narrower = (a: Kind | undefined, b: Kind): Kind => (a === undefined || a === 'other' ? b : a);

const isFunction = ({ type }: TSESTree.Node) =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

const isLoop = ({ type }: TSESTree.Node) => /^(?:For|While|DoWhile)/.test(type) && type.endsWith('Statement');

/** The tests whose outcome is known where control comes from `node` to its `child`. */
function testsBefore(node: TSESTree.Node, child: TSESTree.Node): [test: TSESTree.Node, holds: boolean][] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child === node.test ? [] : [[node.test, child === node.consequent]];
    case 'LogicalExpression':
      return child === node.left || node.operator === '??' ? [] : [[node.left, node.operator === '&&']];
    case 'WhileStatement':
      return child === node.body ? [[node.test, true]] : [];
    case 'ForStatement':
      return child === node.body && node.test ? [[node.test, true]] : [];
    case 'Program':
    case 'BlockStatement':
      return earlierExits(node.body, child);
    default:
      return [];
  }
}

function earlierExits(body: readonly TSESTree.Node[], child: TSESTree.Node): [TSESTree.Node, boolean][] {
  return body
    .slice(0, body.indexOf(child))
    .flatMap((statement) =>
      statement.type === 'IfStatement' && !statement.alternate && leaves(statement.consequent)
        ? [[statement.test, false] satisfies [TSESTree.Node, boolean]]
        : [],
    );
}

function leaves(statement: TSESTree.Statement): boolean {
  if (statement.type === 'BlockStatement') {
    const last = statement.body.at(-1);
    return last !== undefined && leaves(last);
  }
  return /^(?:Return|Throw|Break|Continue)Statement$/.test(statement.type);
}

/** Whether nothing writes to the variable from a test on until its use has been evaluated. */
function isSteady(variable: Variable, use: TSESTree.Node, from: number, loopEnd: number): boolean {
  const home = functionAround(use);
  return variable.references.every((reference) => {
    if (!reference.isWrite() || reference.init) return true;
    const [start] = reference.identifier.range;
    if (functionAround(reference.identifier) !== home) return false;
    if (start < from) return true;
    if (loopEnd > use.range[1]) return start > loopEnd;
    const value = reference.writeExpr;
    const takesTheUse = value && value.range[0] <= use.range[0] && value.range[1] >= use.range[1];
    return start > use.range[0] || takesTheUse === true;
  });
}

function functionAround(node: TSESTree.Node): TSESTree.Node | undefined {
  let around = node.parent;
  while (around && !isFunction(around)) around = around.parent;
  return around;
}

/** What a test says of a variable if it came out so. */
function factOf(module: Module, test: TSESTree.Node, holds: boolean, variable: Variable): Kind | undefined {
  const is = (node: TSESTree.Node | undefined) => node?.type === 'Identifier' && variableOf(module, node) === variable;
  switch (test.type) {
    case 'UnaryExpression':
      return test.operator === '!' ? factOf(module, test.argument, !holds, variable) : undefined;
    case 'LogicalExpression': {
      if (test.operator === '??') return undefined;
      const left = factOf(module, test.left, holds, variable);
      const right = factOf(module, test.right, holds, variable);
      if ((test.operator === '&&') === holds) return left ?? right;
      return left && right ? either(left, right) : undefined;
    }
    case 'BinaryExpression': {
      if (test.operator === 'instanceof') return holds && is(test.left) ? 'other' : undefined;
      if (!/^[!=]==?$/.test(test.operator)) return undefined;
      const [asked, answer] = test.left.type === 'UnaryExpression' ? [test.left, test.right] : [test.right, test.left];
      if (asked.type !== 'UnaryExpression' || asked.operator !== 'typeof' || !is(asked.argument)) return undefined;
      return ofTypeof(literalText(answer), test.operator.startsWith('=') === holds);
    }
    case 'CallExpression': {
      const { callee } = test;
      if (!holds || callee.type !== 'MemberExpression' || !is(test.arguments[0])) return undefined;
      const name = keyOf(callee);
      if (name === 'isArray' && isGlobal(module, callee.object, 'Array')) return 'array';
      return name === 'isBuffer' && isGlobal(module, callee.object, 'Buffer') ? 'bytes' : undefined;
    }
    default:
      return undefined;
  }
}

function ofTypeof(type: string | undefined, holds: boolean): Kind | undefined {
  if (!holds) return type === 'number' ? 'other' : undefined;
  if (type === 'string' || type === 'number') return type;
  return type === 'object' || type === 'function' || type === 'boolean' || type === 'undefined' ? 'other' : undefined;
}
