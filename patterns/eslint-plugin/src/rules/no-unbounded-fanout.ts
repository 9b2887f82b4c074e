import type { SourceCode } from 'eslint';
import { isBounded } from '../fanout/bounded-array.js';
import { suggestions } from '../fanout/suggestions.js';
import { isTestFile } from '../file/test-file.js';
import { moduleCalls } from '../module/module-references.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { isGlobal, onlyValue, variableOf } from '../syntax/variable.js';
import { contains } from '../syntax/walk.js';

const combinators = new Set(['all', 'allSettled']);
const fileCalls = Object.fromEntries(
  'readFile writeFile appendFile copyFile cp open opendir rm'.split(' ').map((name) => [name, true]),
);
const processCalls = Object.fromEntries('spawn exec execFile fork'.split(' ').map((name) => [name, true]));
/** What costs a socket, a process, a file handle or a model's tokens. */
const expensive = {
  fs: { ...fileCalls, ...Object.fromEntries(Object.keys(fileCalls).map((name) => [`promises.${name}`, true])) },
  'fs/promises': fileCalls,
  'fs-extra': fileCalls,
  child_process: processCalls,
  execa: { execa: true, execaNode: true, execaCommand: true, default: true, $: true },
  undici: { fetch: true, request: true },
  'node-fetch': { default: true },
  axios: { default: true, get: true, post: true, request: true },
  got: { default: true, got: true },
  ky: { default: true },
  '@openai/agents': { run: true },
  '@openai/agents-core': { run: true },
  ai: { generateText: true, generateObject: true, streamText: true },
};

export default defineRule({
  name: 'no-unbounded-fanout',
  type: 'problem',
  description: 'Disallow starting work for every element of an array of unknown length at once',
  recommended: true,
  hasSuggestions: true,
  options: {
    callbacks: {
      type: 'string',
      enum: ['io', 'async'],
      description:
        "Which callbacks count: 'io' those that are seen to fetch, query, start a process, touch files or run an agent; 'async' all asynchronous ones.",
    },
    limiters: {
      type: 'string',
      format: 'regex',
      description: 'Names of the functions and objects that limit how much runs at once.',
    },
    calls: {
      type: 'array',
      items: { type: 'string', format: 'regex' },
      description: 'Further names (patterns) of functions and methods whose call counts as expensive.',
    },
  },
  defaults: {
    callbacks: 'io',
    limiters: '(?:limit|limiter|queue|pool|semaphore|throttle|schedule|mutex|lock|gate|bottleneck|acquire|sem)\\w*$',
    calls: [] as string[],
  },
  messages: {
    unbounded:
      'This starts one call for each element of "{{array}}" at once, however many there are. Work in batches, or through a limiter.',
    batches: 'Work in batches of ten.',
    sequence: 'Work on one element after the other.',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (isTestFile(context)) return {};
    const limiter = pattern(options.limiters, 'iu');
    const further = options.calls.map((source) => pattern(source));
    let known: ReadonlySet<Node> | undefined;
    const isExpensive = (node: Node) => {
      if (node.type !== 'CallExpression') return false;
      const name = lastName(node.callee) ?? '';
      if (node.callee.type === 'Identifier' && name === 'fetch' && isGlobal(node.callee, sourceCode)) return true;
      known ??= new Set(moduleCalls(sourceCode, expensive).map((call) => call.node));
      return known.has(node) || further.some((each) => each.test(name));
    };
    const isLimited = (callback: Node) =>
      contains(
        callback,
        sourceCode,
        (at) => at.type === 'CallExpression' && namesOf(at.callee).some((name) => limiter.test(name)),
      );

    return {
      CallExpression(node) {
        if (node.callee.type !== 'MemberExpression' || !combinators.has(keyName(node.callee) ?? '')) return;
        if (lastName(node.callee.object) !== 'Promise') return;
        const mapping = mappingOf(node.arguments[0], sourceCode);
        if (mapping === undefined) return;
        const { call, array, callback } = mapping;
        if (isBounded(array, sourceCode)) return;
        const work = calledFunction(callback, sourceCode);
        if (work === undefined) {
          if (!isExpensiveReference(callback, sourceCode, further)) return;
        } else {
          if (isLimited(work)) return;
          const matters =
            options.callbacks === 'async' ? work.async === true : contains(work.body, sourceCode, isExpensive);
          if (!matters) return;
        }
        context.report({
          node,
          messageId: 'unbounded',
          data: { array: shorten(sourceCode.getText(array)) },
          suggest: suggestions(node, call, array, callback, sourceCode),
        });
      },
    };
  },
});

interface Mapping {
  readonly call: NodeOf<'CallExpression'>;
  readonly array: Node;
  readonly callback: Node;
}

/** `array.map(callback)`, also by way of a constant. */
function mappingOf(argument: Node | undefined, sourceCode: SourceCode): Mapping | undefined {
  if (argument === undefined) return undefined;
  const value = unwrap(argument);
  if (value.type === 'Identifier') {
    const made = onlyValue(variableOf(value, sourceCode));
    return made === undefined || made.type === 'Identifier' ? undefined : mappingOf(made, sourceCode);
  }
  if (value.type !== 'CallExpression') return undefined;
  const callee = unwrap(value.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const name = keyName(callee);
  const isFrom = name === 'from' && lastName(callee.object) === 'Array';
  if (name !== 'map' && !isFrom) return undefined;
  const callback = value.arguments[isFrom ? 1 : 0];
  const array = isFrom ? value.arguments[0] : unwrap(callee.object);
  return callback === undefined || array === undefined ? undefined : { call: value, array, callback: unwrap(callback) };
}

/** The function that runs for each element, when this file holds it. */
function calledFunction(callback: Node, sourceCode: SourceCode) {
  if (isFunction(callback)) return callback;
  if (callback.type !== 'Identifier') return undefined;
  const definition = variableOf(callback, sourceCode)?.defs[0]?.node as Node | undefined;
  if (isFunction(definition)) return definition;
  const made = onlyValue(variableOf(callback, sourceCode));
  return isFunction(made) ? made : undefined;
}

/** `urls.map(fetch)`. */
function isExpensiveReference(callback: Node, sourceCode: SourceCode, further: readonly RegExp[]): boolean {
  const name = lastName(callback) ?? '';
  if (callback.type === 'Identifier' && name === 'fetch' && isGlobal(callback, sourceCode)) return true;
  return further.some((each) => each.test(name));
}

/** Every name in `limiter.run`, `this.queue.add` or `pLimit(3)`. */
function namesOf(callee: Node): string[] {
  const inner = unwrap(callee);
  if (inner.type === 'Identifier') return [inner.name];
  if (inner.type === 'CallExpression') return namesOf(inner.callee);
  return inner.type === 'MemberExpression' ? [keyName(inner) ?? '', ...namesOf(inner.object)] : [];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
