import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { kindOf } from '../syntax/kinds.js';
import { memberOf } from '../syntax/loads.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { isGlobal, keyOf, variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

type Construction = TSESTree.NewExpression | TSESTree.CallExpression;

/**
 * `new Buffer(x)` and `Buffer(x)` to `Buffer.from(x)` or `Buffer.alloc(x)`. Node itself chooses by one question, whether
 * the first argument is a number; so does this, where the file proves the answer.
 *
 * Declines: `not-nodes-buffer`, `no-argument`, `spread`, `number-with-encoding`, `unknown-argument`, `optional-call`,
 * `comment`, `constructed`.
 */
export const codemod: Codemod = {
  id: 'buffer-constructor',
  prefilter: ['Buffer'],
  transform(file, options = {}) {
    readOptions('buffer-constructor', options, {});
    const module = parseModule(file);
    const change = new Change(module);
    for (const node of walk(module.program)) {
      if (node.type === 'NewExpression' || node.type === 'CallExpression') modernise(module, node, change);
    }
    return change.result();
  },
};

export default asJscodeshift(codemod);

function modernise(module: Module, node: Construction, change: Change): void {
  const { callee } = node;
  if (callee.type === 'Super' || !namesBuffer(callee)) return;
  if (!isNodesBuffer(module, callee)) {
    change.decline(node, 'not-nodes-buffer', 'Buffer is not known to be that of Node here.');
    return;
  }
  const method = methodFor(module, node);
  if (method.reason !== undefined) {
    change.decline(node, method.reason, method.message);
    return;
  }
  if (node.type === 'NewExpression') {
    const gap = module.source.slice(node.range[0] + 'new'.length, callee.range[0]);
    if (/\S/.test(gap)) {
      change.decline(node, 'comment', 'A comment or a parenthesis stands between new and Buffer.');
      return;
    }
    if (isConstructed(module, node)) {
      change.decline(node, 'constructed', 'What lies in the new buffer is constructed by another new.');
      return;
    }
    change.remove([node.range[0], callee.range[0]]);
  }
  change.replace([callee.range[1], callee.range[1]], `.${method.name}`);
}

const namesBuffer = (callee: TSESTree.Expression): boolean =>
  (callee.type === 'Identifier' && callee.name === 'Buffer') ||
  (callee.type === 'MemberExpression' && !callee.optional && keyOf(callee) === 'Buffer');

function isNodesBuffer(module: Module, callee: TSESTree.Expression): boolean {
  if (isGlobal(module, callee, 'Buffer')) return true;
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') {
    const { name } = callee.object;
    if (name === 'global' || name === 'globalThis') return isGlobal(module, callee.object, name);
  }
  if (callee.type === 'Identifier' && !variableOf(module, callee)) return false;
  const member = memberOf(module, callee);
  return member?.module === 'buffer' && member.path.length === 1 && member.path[0] === 'Buffer';
}

type Method =
  | { readonly name: 'from' | 'alloc'; readonly reason?: undefined }
  | { readonly reason: string; readonly message: string };

function methodFor(module: Module, { arguments: args, ...node }: Construction): Method {
  const [first, second] = args;
  if (node.type === 'CallExpression' && node.optional) {
    return { reason: 'optional-call', message: 'An optional call has no equal with a method.' };
  }
  if (!first) return { reason: 'no-argument', message: 'Buffer without an argument throws, and is left to do so.' };
  if (args.some((argument) => argument.type === 'SpreadElement')) {
    return { reason: 'spread', message: 'Spread arguments may begin with a number or not.' };
  }
  const kind = kindOf(module, first);
  if (kind === 'number') {
    if (!second) return { name: 'alloc' };
    return { reason: 'number-with-encoding', message: 'A size takes no second argument; this throws or ignores it.' };
  }
  if (kind !== 'unknown') return { name: 'from' };
  // With an encoding, a number is refused by both.
  if (second && kindOf(module, second) === 'string') return { name: 'from' };
  return { reason: 'unknown-argument', message: 'The first argument may be a number (a size) or not.' };
}

/** `new new Buffer(1).constructor()`: without its own `new`, the method's call would take the other's place. */
function isConstructed(module: Module, node: TSESTree.NewExpression): boolean {
  let inner: TSESTree.Expression = node;
  while (inner.parent.type === 'MemberExpression' && inner.parent.object === inner) inner = inner.parent;
  return inner.parent.type === 'NewExpression' && inner.parent.callee === inner;
}
