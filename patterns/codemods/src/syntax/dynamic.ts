import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from './parse.js';
import { walk } from './walk.js';

const cache = new WeakMap<Module, readonly TSESTree.Node[]>();

/** The places where names are bound at run time: a direct `eval`, or `with`. */
function dynamicPlaces(module: Module): readonly TSESTree.Node[] {
  const known = cache.get(module);
  if (known) return known;
  const places =
    /eval|with/.test(module.source) || module.source.includes('\\u')
      ? [...walk(module.program)].filter(
          (node) =>
            node.type === 'WithStatement' ||
            (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval'),
        )
      : [];
  cache.set(module, places);
  return places;
}

/** A direct `eval` or a `with` inside of a node, where names may mean something else than they seem to. */
export function dynamicPlaceIn(module: Module, { range: [start, end] }: TSESTree.Node): TSESTree.Node | undefined {
  return dynamicPlaces(module).find(({ range }) => range[0] >= start && range[1] <= end);
}
