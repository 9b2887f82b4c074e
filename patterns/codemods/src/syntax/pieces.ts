import type { TSESTree } from '@typescript-eslint/types';
import { kindOf } from './kinds.js';
import type { Module } from './parse.js';
import { initOf, literalText, unwrap, variableOf } from './references.js';

/** What a string is put together from: texts that are written down, and values that are not known. */
export type Piece = string | TSESTree.Expression;

/**
 * The pieces of a string, neighbouring texts joined; `undefined` where it is not certain that the expression is a
 * string. Names that stand for one string for ever are read.
 */
export function piecesOf(module: Module, expression: TSESTree.Node): Piece[] | undefined {
  const pieces = read(module, expression, 0);
  return pieces?.reduce<Piece[]>((joined, piece) => {
    const last = joined.at(-1);
    if (typeof piece !== 'string' || typeof last !== 'string') return [...joined, piece];
    return [...joined.slice(0, -1), last + piece];
  }, []);
}

/** Names that stand for names that stand for names: enough of them. */
const deepest = 20;

function read(module: Module, expression: TSESTree.Node, depth: number): Piece[] | undefined {
  const node = unwrap(expression);
  const literal = literalText(node);
  if (literal !== undefined) return literal === '' ? [] : [literal];
  if (depth > deepest) return undefined;
  const valueOf = (inner: TSESTree.Expression): Piece[] => read(module, inner, depth + 1) ?? [inner];
  if (node.type === 'TemplateLiteral') {
    return node.quasis.flatMap((quasi, i) => {
      const value = node.expressions[i];
      return [...(quasi.value.cooked ? [quasi.value.cooked] : []), ...(value ? valueOf(value) : [])];
    });
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const left = read(module, node.left, depth + 1);
    const right = read(module, node.right, depth + 1);
    if (!left && !right && kindOf(module, node) !== 'string') return undefined;
    return [...(left ?? [node.left]), ...(right ?? [node.right])];
  }
  if (node.type === 'Identifier') {
    const variable = variableOf(module, node);
    const value = variable && initOf(variable);
    if (value?.id.type !== 'Identifier' || value.init.range[1] > node.range[0]) return undefined;
    return read(module, value.init, depth + 1);
  }
  return undefined;
}
