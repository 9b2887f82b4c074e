import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from './parse.js';
import { isGlobal } from './references.js';
import { walk } from './walk.js';

/** What Node's module wrapper gives a CommonJS file as parameters. */
export const wrapperNames = new Set(['require', 'module', 'exports', '__filename', '__dirname']);

const cache = new WeakMap<Module, boolean>();

/**
 * Whether the top level of a file is certainly a scope of its own. A file without `import`, `export`, or a use of what
 * only CommonJS has may be a script, whose top-level `var`s are properties of the global object; and so may one that
 * asks whether it is in CommonJS.
 */
export function hasOwnScope(module: Module): boolean {
  const known = cache.get(module);
  if (known !== undefined) return known;
  const own = module.esm || /\.c[jt]s$/.test(module.path) || module.source.startsWith('#!') || isCommonJs(module);
  cache.set(module, own);
  return own;
}

function isCommonJs(module: Module): boolean {
  let used = false;
  for (const node of walk(module.program)) {
    if (node.type !== 'Identifier') continue;
    if (isAsked(node) && (wrapperNames.has(node.name) || node.name === 'define')) return false;
    if (wrapperNames.has(node.name) && isGlobal(module, node, node.name)) used = true;
  }
  return used;
}

const isAsked = ({ parent }: TSESTree.Node) => parent?.type === 'UnaryExpression' && parent.operator === 'typeof';
