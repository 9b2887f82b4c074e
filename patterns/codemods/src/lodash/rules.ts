import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import { isGlobalVisible, literalText } from '../syntax/references.js';
import { childrenOf } from '../syntax/walk.js';
import { proofOf } from './proof.js';

/** How a call of lodash is written without it. */
export type Rewrite =
  /** `_.f(a, …)` to `a.method(…)`. */
  | { readonly kind: 'method'; readonly name: string }
  /** `_.f(a)` to `a` and a text. */
  | { readonly kind: 'suffix'; readonly text: string }
  /** `_.f(a)` to a comparison, whose operator is another one after `!`. */
  | { readonly kind: 'comparison'; readonly is: string; readonly isNot: string; readonly than: string }
  /** `_.f(…)` to `callee(…)`. */
  | { readonly kind: 'callee'; readonly callee: string }
  | { readonly kind: 'decline'; readonly reason: string; readonly message: string };

type Call = TSESTree.CallExpression;

const decline = (reason: string, message: string): Rewrite => ({ kind: 'decline', reason, message });

/** Functions whose callback has to be a function, and the method of arrays with the same answer where there are no holes. */
const overDense: Readonly<Record<string, string>> = {
  map: 'map',
  collect: 'map',
  filter: 'filter',
  select: 'filter',
  some: 'some',
  any: 'some',
  every: 'every',
  all: 'every',
  each: 'forEach',
  forEach: 'forEach',
  reduce: 'reduce',
  foldl: 'reduce',
};
const overAny: Readonly<Record<string, string>> = { find: 'find', detect: 'find', findIndex: 'findIndex' };
const ofStrings: Readonly<Record<string, string>> = {
  toUpper: 'toUpperCase',
  toLower: 'toLowerCase',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
};
const ofObjects: Readonly<Record<string, string>> = {
  keys: 'keys',
  values: 'values',
  pairs: 'entries',
  toPairs: 'entries',
};

/** Decides on the call of one function of lodash. */
export function rewriteOf(module: Module, method: string, call: Call): Rewrite {
  const { arguments: args } = call;
  const [first, second] = args;
  if (call.optional || call.typeArguments || !first || args.some(({ type }) => type === 'SpreadElement')) {
    return decline('arguments', `What _.${method} is given cannot be told from here.`);
  }
  const always = args.length === 1 ? alwaysEqual(module, method, call) : undefined;
  if (always) return always;
  if (Object.hasOwn(overDense, method) || Object.hasOwn(overAny, method)) return overArray(module, method, call);
  const proof = proofOf(module, first);
  const isArray = proof === 'array' || proof === 'dense-array';
  if (Object.hasOwn(ofObjects, method)) {
    if (args.length !== 1) return tooMany(method);
    if (!isGlobalVisible(module, call, 'Object')) return decline('shadowed', 'Object may be something else here.');
    return proof === 'object'
      ? { kind: 'callee', callee: `Object.${ofObjects[method] ?? method}` }
      : unproven(method, 'a plain object');
  }
  if (Object.hasOwn(ofStrings, method)) {
    if (args.length !== (/sWith$/.test(method) ? 2 : 1)) return tooMany(method);
    const both = proof === 'string' && (!second || proofOf(module, second) === 'string');
    return both ? { kind: 'method', name: ofStrings[method] ?? method } : unproven(method, 'a string');
  }
  switch (method) {
    case 'first':
    case 'head':
    case 'last':
    case 'size':
    case 'compact': {
      if (args.length !== 1) return tooMany(method);
      if (!isArray) return unproven(method, 'an array');
      if (method === 'compact' && !isGlobalVisible(module, call, 'Boolean'))
        return decline('shadowed', 'Boolean may be something else here.');
      const text = { first: '[0]', head: '[0]', last: '.at(-1)', size: '.length', compact: '.filter(Boolean)' }[method];
      return { kind: 'suffix', text };
    }
    case 'join':
      return isArray && args.length <= 2 ? { kind: 'method', name: 'join' } : unproven(method, 'an array');
    case 'includes':
    case 'include':
    case 'contains':
      if (args.length !== 2) return tooMany(method);
      if (isArray || (proof === 'string' && second && proofOf(module, second) === 'string'))
        return { kind: 'method', name: 'includes' };
      return unproven(method, 'an array, or a string searched for a string');
    case 'indexOf':
      if (args.length !== 2) return tooMany(method);
      if (!isArray) return unproven(method, 'an array');
      return second && proofOf(module, second) === 'string'
        ? { kind: 'method', name: 'indexOf' }
        : decline('nan', 'Lodash finds NaN, indexOf does not.');
    case 'has': {
      const key = second && literalText(second);
      if (args.length !== 2 || key === undefined || /[.[\]]/.test(key))
        return decline('path', 'The key may be a path.');
      if (!isGlobalVisible(module, call, 'Object')) return decline('shadowed', 'Object may be something else here.');
      return proof === 'object' && !/^\d+$/.test(key)
        ? { kind: 'callee', callee: 'Object.hasOwn' }
        : unproven(method, 'a plain object');
    }
    case 'isString':
    case 'isNumber':
    case 'isBoolean':
    case 'isNaN':
      return decline('boxed', `_.${method} is also true of objects around such a value.`);
    case 'chain':
      return decline('chain', 'A chain is lazy, and ends where its value is taken.');
    default:
      return decline('no-equal', `Nothing built in does what _.${method} does.`);
  }
}

const unproven = (method: string, kind: string): Rewrite =>
  decline('unproven', `What is given to _.${method} is not proven to be ${kind}; lodash takes null and undefined too.`);

const tooMany = (method: string): Rewrite =>
  decline('arguments', `_.${method} is called with other arguments than its built-in has.`);

function alwaysEqual(module: Module, method: string, call: Call): Rewrite | undefined {
  switch (method) {
    case 'isArray':
      return isGlobalVisible(module, call, 'Array')
        ? { kind: 'callee', callee: 'Array.isArray' }
        : decline('shadowed', 'Array may be something else here.');
    case 'isUndefined':
      return isGlobalVisible(module, call, 'undefined')
        ? { kind: 'comparison', is: '===', isNot: '!==', than: 'undefined' }
        : decline('shadowed', 'undefined may be something else here.');
    case 'isNull':
      return { kind: 'comparison', is: '===', isNot: '!==', than: 'null' };
    case 'isNil':
      return { kind: 'comparison', is: '==', isNot: '!=', than: 'null' };
    default:
      return undefined;
  }
}

function overArray(module: Module, method: string, call: Call): Rewrite {
  const [first, callback, ...more] = call.arguments;
  const name = overDense[method] ?? overAny[method] ?? method;
  if (!first || !callback || more.length !== (name === 'reduce' ? 1 : 0)) return tooMany(method);
  if (proofOf(module, callback) !== 'function') {
    return decline('shorthand', `What _.${method} is given as a function may be a shorthand.`);
  }
  const proof = proofOf(module, first);
  if (proof !== 'array' && proof !== 'dense-array') return unproven(method, 'an array');
  if (Object.hasOwn(overDense, method) && proof !== 'dense-array') {
    return decline('sparse', `The array may have holes: _.${method} goes over them, ${name} does not.`);
  }
  if (name === 'forEach') {
    if (call.parent.type !== 'ExpressionStatement') return decline('value-used', `_.${method} gives the array back.`);
    if (!neverFalse(callback)) return decline('early-exit', `The callback may return false, which ends _.${method}.`);
  }
  return { kind: 'method', name };
}

/** Whether a callback written here never returns false. */
function neverFalse(callback: TSESTree.Node): boolean {
  if (callback.type !== 'FunctionExpression' && callback.type !== 'ArrowFunctionExpression') return false;
  if (callback.async || callback.generator) return true;
  if (callback.body.type !== 'BlockStatement') return isNeverFalse(callback.body);
  return returnsOf(callback.body).every(({ argument }) => !argument || isNeverFalse(argument));
}

function returnsOf(node: TSESTree.Node): TSESTree.ReturnStatement[] {
  if (node.type === 'ReturnStatement') return [node];
  if (/Function|^Class/.test(node.type)) return [];
  return childrenOf(node).flatMap(returnsOf);
}

function isNeverFalse(value: TSESTree.Node): boolean {
  switch (value.type) {
    case 'Literal':
      return value.value !== false;
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'TemplateLiteral':
    case 'NewExpression':
    case 'UpdateExpression':
      return true;
    case 'UnaryExpression':
      return value.operator === 'void' || value.operator === 'typeof';
    case 'AssignmentExpression':
      return value.operator === '=' ? isNeverFalse(value.right) : /^[-+*/%]=$/.test(value.operator);
    case 'CallExpression':
      return (
        value.callee.type === 'MemberExpression' &&
        value.callee.object.type === 'Identifier' &&
        value.callee.object.name === 'console'
      );
    default:
      return false;
  }
}
