import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { count, oneOf, readOptions, text } from '../codemod/options.js';
import { lengthOf, refuseCollection, type Refusal } from '../fan-out/collection.js';
import { MapperImport } from '../fan-out/mapper-import.js';
import { refuseMapper } from '../fan-out/mapper.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { isGlobal, keyOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

const readers = {
  /** How many run at a time. */
  concurrency: count(8),
  /** Where the bounded map comes from; it is called as that of p-map. CommonJS files need one that can be required. */
  module: text('p-map'),
  /** Which export of the module it is. */
  export: text('default'),
  /** Whether what has a map must be proven to be an array, or is one by the word of whoever says so. */
  collections: oneOf('proven', 'assumed'),
};

/**
 * `await Promise.all(items.map(async f))` to `await pMap(items, async f, { concurrency: 8 })`: the same results in the
 * same order, the same first rejection; but what has not begun by then never does.
 *
 * Declines: `not-native-promise`, `unknown-mapper`, `type-arguments`, `not-awaited`, `comment`, `not-async`,
 * `third-parameter`, `elements-are-promises`, `unknown-collection`, `holes`, `collection-in-mapper`, `name-taken`,
 * `commonjs`.
 */
export const codemod: Codemod = {
  id: 'promise-all-to-bounded',
  prefilter: ['Promise'],
  transform(file, options = {}) {
    const known = readOptions('promise-all-to-bounded', options, readers);
    const module = parseModule(file);
    const change = new Change(module);
    if (!/\ball\b/.test(file.source)) return change.result();
    const wanted = { module: known.module, export: known.export, isChosen: options.module !== undefined };
    const mapper = new MapperImport(module, wanted);
    for (const call of walk(module.program)) {
      const fanOut = call.type === 'CallExpression' ? fanOutOf(module, call) : undefined;
      if (!fanOut || (lengthOf(fanOut.items) ?? Infinity) <= known.concurrency) continue;
      const refusal = refuse(module, fanOut, known.collections) ?? mapper.refuse(fanOut.call);
      if (refusal) change.decline(refusal.at, refusal.reason, refusal.message);
      else bound(fanOut, mapper.name, known.concurrency, change);
    }
    const { source } = change.result();
    if (source !== module.source) mapper.declare(change);
    return change.result();
  },
};

export default asJscodeshift(codemod);

/** `Promise.all(items.map(mapper))` */
interface FanOut {
  readonly call: TSESTree.CallExpression;
  readonly map: TSESTree.CallExpression;
  readonly items: TSESTree.Expression;
}

function fanOutOf(module: Module, call: TSESTree.CallExpression): FanOut | undefined {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || keyOf(callee) !== 'all' || call.arguments.length !== 1) return undefined;
  if (callee.object.type !== 'Identifier' || callee.object.name !== 'Promise') return undefined;
  const [map] = call.arguments;
  if (map?.type !== 'CallExpression' || map.callee.type !== 'MemberExpression') return undefined;
  if (keyOf(map.callee) !== 'map' || map.arguments.length === 0) return undefined;
  return { call, map, items: map.callee.object };
}

function refuse(module: Module, { call, map, items }: FanOut, trust: 'proven' | 'assumed'): Refusal | undefined {
  const { callee } = call;
  if (callee.type === 'MemberExpression' && !isGlobal(module, callee.object, 'Promise')) {
    return { at: call, reason: 'not-native-promise', message: 'Promise is not the global of that name here.' };
  }
  const [mapper] = map.arguments;
  const isOptional = call.optional || map.optional || (map.callee.type === 'MemberExpression' && map.callee.optional);
  if (!mapper || map.arguments.length > 1 || mapper.type === 'SpreadElement' || isOptional) {
    return { at: map, reason: 'unknown-mapper', message: 'It is not certain what is called with what.' };
  }
  if (call.typeArguments || map.typeArguments || items.type === 'Super') {
    return {
      at: call,
      reason: 'type-arguments',
      message: 'The types that are named here have no place in the other call.',
    };
  }
  if (!isAwaited(call)) {
    return {
      at: call,
      reason: 'not-awaited',
      message: 'The code that follows at once would run before the first mapper.',
    };
  }
  const [from, to] = [call.range[0], call.range[1]];
  const isBetween = (at: number) =>
    at < items.range[0] || at >= mapper.range[1] || (at >= items.range[1] && at < mapper.range[0]);
  const lost = module.comments.find(({ start }) => start >= from && start < to && isBetween(start));
  if (lost) return { at: call, reason: 'comment', message: 'A comment between the two calls would be lost.' };
  return refuseMapper(module, mapper, rejects(call)) ?? refuseCollection(module, items, mapper, trust);
}

/** Whether nothing of the same function runs before what the call gives has settled. */
function isAwaited(call: TSESTree.Node): boolean {
  const { parent } = call;
  if (parent?.type === 'AwaitExpression' || parent?.type === 'ReturnStatement') return true;
  if (parent?.type === 'ArrowFunctionExpression') return parent.body === call;
  const isChained = parent?.type === 'MemberExpression' && /^(?:then|catch|finally)$/.test(keyOf(parent) ?? '');
  return (
    isChained && parent.parent.type === 'CallExpression' && parent.parent.callee === parent && isAwaited(parent.parent)
  );
}

/** Whether a throw at a place is a rejection. */
function rejects(call: TSESTree.Node): boolean {
  for (let node = call.parent; node; node = node.parent) {
    if (node.type === 'AwaitExpression') return true;
    if ('async' in node) return node.async;
  }
  return false;
}

function bound({ call, map, items }: FanOut, name: string, concurrency: number, change: Change): void {
  const [mapper] = map.arguments;
  if (!mapper) return;
  change.replace([call.range[0], items.range[0]], `${name}(`);
  change.replace([items.range[1], mapper.range[0]], ', ', 0);
  change.replace([mapper.range[1], call.range[1]], `, { concurrency: ${concurrency} })`, 0);
}
