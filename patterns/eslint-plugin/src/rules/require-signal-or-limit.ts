import type { Rule, SourceCode } from 'eslint';
import { isTestFile } from '../file/test-file.js';
import { moduleCalls } from '../module/module-references.js';
import { defineRule } from '../rule/define-rule.js';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap } from '../syntax/unwrap.js';
import { isGlobal, onlyValue, variableOf } from '../syntax/variable.js';
import { contains } from '../syntax/walk.js';

type Call = NodeOf<'CallExpression' | 'NewExpression'>;

interface Limited {
  /** Messages call it so. */
  readonly kind: 'request' | 'process' | 'agent';
  /** Position of the options object; 'last' for functions whose arguments before it may be left out. */
  readonly at: number | 'last';
  readonly keys: readonly string[];
}

const request: Limited = { kind: 'request', at: 1, keys: ['signal', 'dispatcher', 'timeout'] };
const process: Limited = { kind: 'process', at: 'last', keys: ['signal', 'timeout', 'detached', 'cancelSignal'] };
const agent: Limited = { kind: 'agent', at: 2, keys: ['signal', 'maxTurns', 'timeout', 'timeoutMs'] };
const members = {
  child_process: {
    spawn: process,
    spawnSync: process,
    exec: process,
    execSync: process,
    execFile: process,
    execFileSync: process,
  },
  undici: { fetch: request, request: { ...request, keys: [...request.keys, 'headersTimeout', 'bodyTimeout'] } },
  'node-fetch': { default: request },
  'cross-fetch': { default: request, fetch: request },
  '@openai/agents': { run: agent },
  '@openai/agents-core': { run: agent },
};

export default defineRule({
  name: 'require-signal-or-limit',
  type: 'suggestion',
  description: 'Require a signal or a time limit for requests, child processes and agent runs',
  recommended: false,
  hasSuggestions: true,
  options: {
    calls: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          module: { type: 'string' },
          name: { type: 'string' },
          options: { type: 'integer', minimum: 0 },
          keys: { type: 'array', items: { type: 'string' }, minItems: 1 },
        },
        required: ['module', 'name', 'options', 'keys'],
        additionalProperties: false,
      },
      description:
        'Further functions: the module, their name in it, the position of their options, and the options of which one is needed.',
    },
    sync: {
      type: 'boolean',
      description:
        'Whether to report `execSync`, `execFileSync` and `spawnSync`, which block the whole program while they wait.',
    },
    ignoreTests: { type: 'boolean', description: 'Whether to leave out test files, whose runner has a limit.' },
  },
  defaults: {
    calls: [] as { module: string; name: string; options: number; keys: string[] }[],
    sync: false,
    ignoreTests: true,
  },
  messages: {
    request: 'This request waits as long as the other side likes. Pass a signal, such as AbortSignal.timeout(30_000).',
    process: 'This process may run for ever, and nothing ends it. Pass a signal or a timeout.',
    agent: 'This run may take any number of turns for any time. Pass a signal or maxTurns.',
    timeout: 'Add a limit of 30 seconds.',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (options.ignoreTests && isTestFile(context)) return {};

    const check = (call: Call, limited: Limited) => {
      if (isLimited(call, limited, sourceCode)) return;
      if (limited.kind === 'process' && (isInteractive(call, sourceCode) || isEnded(call, sourceCode))) return;
      context.report({ node: call, messageId: limited.kind, suggest: suggestion(call, limited, sourceCode) });
    };

    return {
      CallExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'fetch') return;
        if (isGlobal(node.callee, sourceCode)) check(node, request);
      },
      Program() {
        const all: Record<string, Record<string, Limited>> = { ...members };
        for (const { module, name, options: at, keys } of options.calls) {
          all[module] = { ...all[module], [name]: { kind: 'request', at, keys } };
        }
        for (const { node, info, member } of moduleCalls(sourceCode, all)) {
          if (options.sync || !member.endsWith('Sync')) check(node, info);
        }
      },
    };
  },
});

/** Whether a limit is given, or may be: options that the source does not show count as limited. */
function isLimited(call: Call, { kind, at, keys }: Limited, sourceCode: SourceCode): boolean {
  if (call.arguments.some((argument) => argument.type === 'SpreadElement')) return true;
  const [first] = call.arguments;
  if (first === undefined) return true;
  if (kind === 'request' && mayBeRequest(first, sourceCode)) return true;
  const given = at === 'last' ? optionsOf(call, sourceCode) : call.arguments[at];
  if (given === undefined) return false;
  const value = unwrap(given);
  if (value.type === 'Identifier' && value.name !== 'undefined') {
    const made = onlyValue(variableOf(value, sourceCode));
    // Options that are changed after they were made may have got a limit.
    return made?.type !== 'ObjectExpression' || hasKey(made, keys) || isChanged(value, sourceCode);
  }
  return value.type !== 'ObjectExpression' || hasKey(value, keys);
}

/** Options of a child process: neither the argument list nor the callback. */
function optionsOf(call: Call, sourceCode: SourceCode): Node | undefined {
  const [, ...rest] = call.arguments;
  const candidates = rest.filter((argument) => !isFunction(argument) && !isList(argument, sourceCode));
  // After an object, a name is that of the callback.
  return candidates.find(({ type }) => type === 'ObjectExpression') ?? candidates.at(-1);
}

function isList(node: Node, sourceCode: SourceCode): boolean {
  if (node.type === 'ArrayExpression') return true;
  if (node.type !== 'Identifier') return false;
  return /arg(?:s|v|uments)?$/iu.test(node.name) || onlyValue(variableOf(node, sourceCode))?.type === 'ArrayExpression';
}

function hasKey(options: NodeOf<'ObjectExpression'>, keys: readonly string[]): boolean {
  return options.properties.some(
    (property) => property.type === 'SpreadElement' || keys.includes(keyName(property) ?? '') || property.computed,
  );
}

function isChanged(identifier: NodeOf<'Identifier'>, sourceCode: SourceCode): boolean {
  return (
    variableOf(identifier, sourceCode)?.references.some((reference) => {
      const member = parentOf(reference.identifier as Node);
      if (member?.type !== 'MemberExpression' || member.object !== reference.identifier) return false;
      const assignment = parentOf(member);
      return assignment?.type === 'AssignmentExpression' && assignment.left === member;
    }) ?? false
  );
}

/** A `Request` carries its own signal. */
function mayBeRequest(node: Node, sourceCode: SourceCode): boolean {
  const value = unwrap(node);
  if (value.type === 'NewExpression') return lastName(value.callee) === 'Request';
  const name = lastName(value) ?? '';
  if (/^(?:req|request|\w*Request)$/u.test(name)) return true;
  const made = value.type === 'Identifier' ? onlyValue(variableOf(value, sourceCode)) : undefined;
  return made?.type === 'NewExpression' && lastName(made.callee) === 'Request';
}

/** A process on the user's terminal is ended by the user. */
function isInteractive(call: Call, sourceCode: SourceCode): boolean {
  const options = optionsOf(call, sourceCode);
  const value = options && unwrap(options);
  if (value?.type !== 'ObjectExpression') return false;
  const stdio = value.properties.find((property) => property.type === 'Property' && keyName(property) === 'stdio');
  return stdio?.type === 'Property' && sourceCode.getText(stdio.value).includes('inherit');
}

/** The file ends the process itself: `child.kill()`, or hands the process out, so that others can. */
function isEnded(call: Call, sourceCode: SourceCode): boolean {
  const holder = parentOf(awaited(call));
  if (holder?.type === 'ReturnStatement' || holder?.type === 'ArrowFunctionExpression') return !isPromised(call);
  if (holder?.type === 'AssignmentExpression' && holder.left.type === 'MemberExpression') {
    const name = keyName(holder.left);
    return contains(sourceCode.ast, sourceCode, (node) => {
      if (node.type !== 'MemberExpression' || keyName(node) !== 'kill') return false;
      return lastName(node.object) === name;
    });
  }
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return false;
  return (
    variableOf(holder.id, sourceCode)?.references.some(({ identifier }) => {
      const use = parentOf(identifier as Node);
      if (use?.type === 'MemberExpression')
        return use.object === identifier && ['kill', 'unref', 'disconnect'].includes(keyName(use) ?? '');
      return (
        use?.type === 'CallExpression' ||
        use?.type === 'ReturnStatement' ||
        use?.type === 'Property' ||
        use?.type === 'AssignmentExpression' ||
        use?.type === 'ArrayExpression'
      );
    }) ?? false
  );
}

/** `execFileSync` gives text and `promisify` a promise: neither can be killed by whom it is returned to. */
function isPromised(call: Call): boolean {
  return (lastName(call.callee) ?? '').endsWith('Sync');
}

function suggestion(call: Call, { kind, at }: Limited, sourceCode: SourceCode) {
  const text = kind === 'process' ? 'timeout: 30_000' : 'signal: AbortSignal.timeout(30_000)';
  const given = at === 'last' ? optionsOf(call, sourceCode) : call.arguments[at];
  if (given?.type === 'ObjectExpression') {
    const [first] = given.properties;
    const fix = (fixer: Rule.RuleFixer) =>
      first === undefined ? fixer.replaceText(given, `{ ${text} }`) : fixer.insertTextBefore(first, `${text}, `);
    return [{ messageId: 'timeout' as const, fix }];
  }
  const last = call.arguments.at(-1);
  if (given !== undefined || last === undefined || isFunction(last)) return [];
  if (typeof at === 'number' && call.arguments.length !== at) return [];
  if (sourceCode.getTokenAfter(last)?.value === ',') return [];
  return [
    { messageId: 'timeout' as const, fix: (fixer: Rule.RuleFixer) => fixer.insertTextAfter(last, `, { ${text} }`) },
  ];
}
