import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { dynamicPlaceIn } from '../syntax/dynamic.js';
import { trustExports } from '../syntax/exported.js';
import { isMember } from '../syntax/loads.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { isGlobalVisible, keyOf, literalText, variableOf } from '../syntax/references.js';
import { removeUnusedImport } from '../syntax/unused-import.js';
import { walk } from '../syntax/walk.js';
import { escapeOf } from '../constructors/escape.js';

/**
 * `util.inherits(A, B)` to `Object.setPrototypeOf(A.prototype, B.prototype)`, at the same place. What it gives up is
 * `A.super_`, so it declines wherever somebody could read that: the file mentions `super_`, or `A` leaves the file.
 * `exported: "trust"` says that nobody outside of the file reads it. An import that is no longer used goes.
 *
 * Declines: `value-used`, `arguments`, `shadowed`, `super-read`, `exported`.
 */
export const codemod: Codemod = {
  id: 'util-inherits-modern',
  prefilter: ['inherits'],
  transform(file, options = {}) {
    const { exported } = readOptions(this.id, options, { exported: trustExports });
    const module = parseModule(file);
    const change = new Change(module);
    const gone = new Map<Variable, Set<TSESTree.Node>>();
    const readsSuper = mentionsSuper(module);
    for (const node of walk(module.program)) {
      if (node.type !== 'CallExpression' || !isMember(module, node.callee, 'util', 'inherits')) continue;
      const found = decide(module, node, { readsSuper, exported });
      if (!('child' in found)) {
        change.decline(node, ...found.decline);
        continue;
      }
      const { child, parent } = found;
      change.replace(node.callee, 'Object.setPrototypeOf');
      change.insert(child.range[1], '.prototype');
      change.insert(parent.range[1], '.prototype');
      const root = rootOf(node.callee);
      const variable = root.type === 'Identifier' ? variableOf(module, root) : undefined;
      if (variable) gone.set(variable, (gone.get(variable) ?? new Set()).add(root));
    }
    for (const [variable, uses] of gone) removeUnusedImport(module, change, variable, uses);
    return change.result();
  },
};

export default asJscodeshift(codemod);

type Decision =
  | { readonly child: TSESTree.Node; readonly parent: TSESTree.Node }
  | { readonly decline: readonly [reason: string, message: string] };

function decide(
  module: Module,
  node: TSESTree.CallExpression,
  { readsSuper, exported }: { readonly readsSuper: boolean; readonly exported: 'decline' | 'trust' },
): Decision {
  const [child, parent, more] = node.arguments;
  if (node.parent.type !== 'ExpressionStatement' || node.optional) {
    return { decline: ['value-used', 'The value of the call is used; it is undefined only for util.inherits.'] };
  }
  if (!child || !parent || more || !isPlain(child) || !isPlain(parent)) {
    return {
      decline: ['arguments', 'Only two names, or members of names, can be written twice without a difference.'],
    };
  }
  if (!isGlobalVisible(module, node, 'Object') || dynamicPlaceIn(module, module.program)) {
    return { decline: ['shadowed', 'Object may be something else here.'] };
  }
  if (readsSuper) {
    return { decline: ['super-read', 'The file mentions super_, which only util.inherits sets.'] };
  }
  if (exported === 'trust') return { child, parent };
  const escape = child.type === 'Identifier' ? escapeOf(module, child) : child;
  if (!escape) return { child, parent };
  const { line } = module.lines.at(escape.range[0]);
  const name = module.source.slice(...child.range);
  return { decline: ['exported', `${name} leaves the file, at line ${line}, so others may read its super_.`] };
}

/** A name or a member of one by name: reading it has no effect. */
function isPlain(node: TSESTree.Node): boolean {
  if (node.type === 'Identifier') return true;
  return node.type === 'MemberExpression' && !node.computed && !node.optional && isPlain(node.object);
}

function rootOf(node: TSESTree.Node): TSESTree.Node {
  return node.type === 'MemberExpression' ? rootOf(node.object) : node;
}

function mentionsSuper(module: Module): boolean {
  if (!module.source.includes('super_') && !module.source.includes('\\u')) return false;
  for (const node of walk(module.program)) {
    if (node.type === 'MemberExpression' && keyOf(node) === 'super_') return true;
    if (node.type === 'Property' && keyOf(node) === 'super_') return true;
    if (literalText(node) === 'super_') return true;
  }
  return false;
}
