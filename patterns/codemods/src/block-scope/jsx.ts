import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import { walk } from '../syntax/walk.js';

const cache = new WeakMap<Module, readonly TSESTree.Node[]>();

/** JSX calls a factory that it does not name: `React`, `h`, or what a pragma says. It counts as used wherever JSX is. */
export function isUsedByJsx(module: Module, { name }: Variable, home: TSESTree.Node, end: number): boolean {
  if (!module.source.includes('<') || !isFactory(module, name)) return false;
  const elements = elementsOf(module);
  return elements.length > 0 && (home.type !== 'Program' || elements.some(({ range }) => range[0] < end));
}

function isFactory({ source }: Module, name: string): boolean {
  if (name === 'React' || name === 'h' || name === 'Fragment') return true;
  return [...source.matchAll(/@jsx(?:Frag)?\s+([\w$]+)/g)].some(([, pragma]) => pragma === name);
}

function elementsOf(module: Module): readonly TSESTree.Node[] {
  const known = cache.get(module);
  if (known) return known;
  const elements = [...walk(module.program)].filter(({ type }) => type === 'JSXElement' || type === 'JSXFragment');
  cache.set(module, elements);
  return elements;
}
