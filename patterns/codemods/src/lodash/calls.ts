import type { TSESTree } from '@typescript-eslint/types';
import { type Member, memberOf } from '../syntax/loads.js';
import type { Module } from '../syntax/parse.js';

const packages = new Set(['lodash', 'lodash-es', '@sailshq/lodash']);

/** Lodash itself, or one of its functions by name; nothing for all else. */
export type LodashMember = { readonly method: string | undefined };

/** What of lodash an expression stands for. `lodash/map` is the function `map`. */
export function lodashMember(module: Module, node: TSESTree.Node): LodashMember | undefined {
  const member = memberOf(module, node);
  if (!member) return undefined;
  const [owner, method, ...deeper] = pathOf(member);
  if (owner === undefined || !packages.has(owner) || deeper.length > 0) return undefined;
  return { method };
}

function pathOf({ module, path }: Member): string[] {
  const [, owner, method] = /^(lodash|lodash-es)\/(\w+)(?:\.js)?$/.exec(module) ?? [];
  return owner !== undefined && method !== undefined ? [owner, method, ...path] : [module, ...path];
}

/** `_` of `_.map`, `map` of a named import; the name that a call of lodash uses. */
export function nameOf(callee: TSESTree.Node): TSESTree.Identifier | undefined {
  if (callee.type === 'Identifier') return callee;
  return callee.type === 'MemberExpression' ? nameOf(callee.object) : undefined;
}
