import type { TSESTree } from '@typescript-eslint/types';
import { kindOf } from '../syntax/kinds.js';
import type { Module } from '../syntax/parse.js';
import { variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

/** Why a fan-out is left as it is. */
export interface Refusal {
  readonly at: TSESTree.Node;
  readonly reason: string;
  readonly message: string;
}

/** Whether what is mapped is an array for certain, without holes, that its own mapper does not touch. */
export function refuseCollection(
  module: Module,
  items: TSESTree.Expression,
  mapper: TSESTree.Node,
  trust: 'proven' | 'assumed',
): Refusal | undefined {
  if (trust === 'proven' && kindOf(module, items) !== 'array') {
    return {
      at: items,
      reason: 'unknown-collection',
      message: 'This may be something else than an array, with a map of its own.',
    };
  }
  if (mayHaveHoles(items)) {
    return { at: items, reason: 'holes', message: 'map passes over the holes of an array; a bounded one does not.' };
  }
  const used = items.type === 'Identifier' ? variableOf(module, items) : undefined;
  for (const node of walk(mapper)) {
    if (node.type === 'Identifier' && used && variableOf(module, node) === used) {
      return {
        at: node,
        reason: 'collection-in-mapper',
        message: 'The mapper sees the collection, which may grow while it is mapped.',
      };
    }
  }
  return undefined;
}

function mayHaveHoles(items: TSESTree.Expression): boolean {
  if (items.type === 'ArrayExpression') return items.elements.includes(null);
  return (
    (items.type === 'NewExpression' || items.type === 'CallExpression') &&
    items.callee.type === 'Identifier' &&
    items.callee.name === 'Array'
  );
}

/** How many elements a collection has, where they are all written down. */
export const lengthOf = (items: TSESTree.Expression): number | undefined =>
  items.type === 'ArrayExpression' && items.elements.every((each) => each && each.type !== 'SpreadElement')
    ? items.elements.length
    : undefined;
