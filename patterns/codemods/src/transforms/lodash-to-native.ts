import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { lodashMember, nameOf } from '../lodash/calls.js';
import { rewriteCall } from '../lodash/rewrite.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { variableOf } from '../syntax/references.js';
import { removeUnusedImport } from '../syntax/unused-import.js';
import { walk } from '../syntax/walk.js';

/**
 * Calls of lodash to what the language has, only where the answer is the same for whatever can come: lodash takes null
 * and undefined, visits the holes of arrays, and has shorthands for callbacks. An import that is no longer used goes.
 *
 * Declines: `arguments`, `unproven`, `sparse`, `shorthand`, `early-exit`, `value-used`, `boxed`, `nan`, `path`, `chain`,
 * `no-equal`, `not-called`, `shadowed`, `comment-in-the-way`, `line-joins`.
 */
export const codemod: Codemod = {
  id: 'lodash-to-native',
  prefilter: ['lodash'],
  transform(file, options = {}) {
    readOptions(this.id, options, {});
    const module = parseModule(file);
    const change = new Change(module);
    const gone = new Map<Variable, Set<TSESTree.Node>>();
    for (const node of walk(module.program)) {
      const used = useOf(module, node);
      if (!used) continue;
      if (!('method' in used)) {
        change.decline(node, ...used.decline);
        continue;
      }
      const declined = rewriteCall(module, change, used.method, used.call);
      if (declined) change.decline(node, ...declined);
      const name = nameOf(used.call.callee);
      const variable = name && variableOf(module, name);
      if (!declined && variable) gone.set(variable, (gone.get(variable) ?? new Set()).add(name));
    }
    for (const [variable, uses] of gone) removeUnusedImport(module, change, variable, uses);
    return change.result();
  },
};

export default asJscodeshift(codemod);

type Use =
  | { readonly method: string; readonly call: TSESTree.CallExpression }
  | { readonly decline: readonly [reason: string, message: string] };

/** How a node uses lodash; each use is seen once, at its outermost node. */
function useOf(module: Module, node: TSESTree.Node): Use | undefined {
  if (node.type === 'CallExpression') {
    const member = lodashMember(module, node.callee);
    if (!member) return undefined;
    if (member.method !== undefined) return { method: member.method, call: node };
    return { decline: ['chain', 'A wrapped value is a chain, which ends where its value is taken.'] };
  }
  if (node.type !== 'MemberExpression' || (node.parent.type === 'CallExpression' && node.parent.callee === node))
    return undefined;
  const method = lodashMember(module, node)?.method;
  if (method === undefined || node.object.type === 'CallExpression') return undefined;
  return { decline: ['not-called', `_.${method} is handed on, and may be called with anything.`] };
}
