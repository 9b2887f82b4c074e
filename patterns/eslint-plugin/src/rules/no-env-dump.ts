import type { SourceCode } from 'eslint';
import { defineRule } from '../rule/define-rule.js';
import { anyPattern, pattern } from '../rule/pattern.js';
import { dottedName, keyName, lastName } from '../syntax/name.js';
import { parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { isSecretName, isSecretVariable } from '../syntax/secret-name.js';
import { unwrap } from '../syntax/unwrap.js';
import { onlyValue, variableOf } from '../syntax/variable.js';

const levels = new Set('log trace debug info warn error fatal verbose silly notice dir table write'.split(' '));
const builtinErrors = /^(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error$/u;
const passing = new Set([
  'String',
  'inspect',
  'format',
  'stringify',
  'entries',
  'values',
  'fromEntries',
  'structuredClone',
  'assign',
  'concat',
  'join',
  'trim',
  'toString',
]);
const startsProgram =
  /^(?:spawn|spawnSync|fork|exec|execSync|execFile|execFileSync|execa\w*|\w*runCommand|Worker|StdioClientTransport|MCPServerStdio)$/u;
const texts = /^(?:messages|labels|errors|i18n|strings|texts|translations|t)$/u;

interface Leak {
  readonly node: Node;
  readonly what: string;
}

export default defineRule({
  name: 'no-env-dump',
  type: 'problem',
  description:
    'Disallow the whole environment or a secret in logs, errors, prompts and the environment of child processes',
  recommended: true,
  options: {
    secrets: {
      type: 'array',
      items: { type: 'string', format: 'regex' },
      description: 'Further names (patterns) of variables, properties and environment variables that hold secrets.',
    },
    loggers: {
      type: 'string',
      format: 'regex',
      description: 'Names of the objects whose methods log.',
    },
    prompts: {
      type: 'string',
      format: 'regex',
      description: 'Names of the variables and properties that hold text for a model.',
    },
    childEnv: {
      type: 'boolean',
      description: 'Whether to report a child process that is given the whole environment (`env: { ...process.env }`).',
    },
  },
  defaults: {
    secrets: [] as string[],
    loggers: '^(?:console|log|logger|logging|winston|pino|bunyan)$|Logger$',
    prompts: '[pP]rompt$|^instructions$|^systemMessage$',
    childEnv: false,
  },
  messages: {
    environment: 'The whole environment, secrets included, goes into {{sink}}. Name the variables that are needed.',
    secret: '"{{what}}" reads as a secret and goes into {{sink}}. Leave it out, or say only whether it is set.',
    childEnv:
      'This child process gets the whole environment, secrets included. Pass the variables that it needs by name.',
  },
  create(context, options) {
    const { sourceCode } = context;
    const loggers = pattern(options.loggers);
    const prompts = pattern(options.prompts);
    const further = anyPattern(options.secrets);
    const isSecret = (name: string, inEnvironment: boolean) =>
      further.test(name) || (inEnvironment ? isSecretVariable(name) : isSecretName(name));

    const check = (value: Node, sink: string) => {
      for (const { node, what } of leaksOf(value, sourceCode, isSecret)) {
        if (what === 'process.env') context.report({ node, messageId: 'environment', data: { sink } });
        else context.report({ node, messageId: 'secret', data: { what, sink } });
      }
    };
    const isLogger = (callee: NodeOf<'MemberExpression'>) => {
      if (!levels.has(keyName(callee) ?? '')) return false;
      const owner = dottedName(callee.object);
      if (owner === 'process.stdout' || owner === 'process.stderr') return true;
      return keyName(callee) !== 'write' && loggers.test(lastName(callee.object) ?? '');
    };

    return {
      CallExpression(node) {
        const callee = unwrap(node.callee);
        if (callee.type !== 'MemberExpression') return;
        if (isLogger(callee)) for (const argument of node.arguments) check(argument, 'a log');
        else if (keyName(callee) === 'stringify' && lastName(callee.object) === 'JSON') {
          const [value] = node.arguments;
          if (value === undefined || isHashed(node) || isJudgedElsewhere(node, isLogger)) return;
          for (const leak of leaksOf(value, sourceCode, () => false)) {
            context.report({ node: leak.node, messageId: 'environment', data: { sink: 'JSON' } });
          }
        }
      },

      NewExpression(node) {
        const name = lastName(node.callee) ?? '';
        const [message] = node.arguments;
        if (message === undefined || !name.endsWith('Error')) return;
        // What a custom error's constructor does with a plain argument is its own affair.
        if (builtinErrors.test(name) || isText(message)) check(message, 'the message of an error');
      },

      TemplateLiteral(node) {
        if (node.expressions.length === 0) return;
        const name = holderName(node);
        if (name !== undefined && prompts.test(name)) check(node, 'a prompt');
      },

      MemberExpression(node) {
        if (!options.childEnv || dottedName(node) !== 'process.env') return;
        const spread = parentOf(node);
        const value = spread?.type === 'SpreadElement' ? parentOf(spread) : node;
        const property = value && parentOf(value);
        if (property?.type !== 'Property' || property.value !== value || keyName(property) !== 'env') return;
        const given = parentOf(property);
        const call = given && parentOf(given);
        if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return;
        if (startsProgram.test(lastName(call.callee) ?? '')) context.report({ node, messageId: 'childEnv' });
      },
    };
  },
});

type IsSecret = (name: string, inEnvironment: boolean) => boolean;

/** Where a value shows the environment or a secret itself, not merely whether it is set or how long it is. */
function leaksOf(value: Node, sourceCode: SourceCode, isSecret: IsSecret, depth = 0): Leak[] {
  const below = (...nodes: (Node | null)[]) =>
    nodes.flatMap((node) => (node === null ? [] : leaksOf(node, sourceCode, isSecret, depth)));
  const node = unwrap(value);
  switch (node.type) {
    case 'Identifier': {
      const made = depth < 2 ? onlyValue(variableOf(node, sourceCode)) : undefined;
      if (made && dottedName(made) === 'process.env') return [{ node, what: 'process.env' }];
      return isSecret(node.name, false) && !isConstantText(made) ? [{ node, what: node.name }] : [];
    }
    case 'MemberExpression': {
      const name = dottedName(node);
      if (name === 'process.env') return [{ node, what: name }];
      const key = keyName(node);
      if (key === undefined || texts.test(lastName(node.object) ?? '')) return [];
      const inEnvironment = dottedName(node.object) === 'process.env';
      return isSecret(key, inEnvironment) ? [{ node, what: name ?? key }] : [];
    }
    case 'TemplateLiteral':
      return below(...node.expressions);
    case 'BinaryExpression':
      return node.operator === '+' ? below(node.left, node.right) : [];
    case 'LogicalExpression':
      return node.operator === '&&' ? below(node.right) : below(node.left, node.right);
    case 'ConditionalExpression':
      return below(node.consequent, node.alternate);
    case 'ArrayExpression':
      return below(...node.elements);
    case 'ObjectExpression':
      return below(
        ...node.properties.map((property) => (property.type === 'Property' ? property.value : property.argument)),
      );
    case 'SpreadElement':
      return below(node.argument);
    case 'CallExpression': {
      const callee = unwrap(node.callee);
      if (!passing.has(lastName(callee) ?? '')) return [];
      const receiver =
        callee.type === 'MemberExpression' &&
        !/^(?:JSON|Object|util|Array|String)$/u.test(lastName(callee.object) ?? '');
      return below(...node.arguments, receiver ? callee.object : null);
    }
    default:
      return [];
  }
}

function isConstantText(node: Node | undefined): boolean {
  return node?.type === 'Literal' && /\s/u.test(String(node.value));
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'BinaryExpression' && node.operator === '+');
}

/** A digest of the environment shows nothing of it. */
function isHashed(call: Node): boolean {
  const parent = parentOf(call);
  return (
    parent?.type === 'CallExpression' &&
    /^(?:update|hash\w*|digest|sha\w+|md5|createHash)$/iu.test(lastName(parent.callee) ?? '')
  );
}

/** The log or error around this call reports it. */
function isJudgedElsewhere(call: Node, isLogger: (callee: NodeOf<'MemberExpression'>) => boolean): boolean {
  for (let at = parentOf(call); at !== undefined; at = parentOf(at)) {
    if (at.type === 'NewExpression') return (lastName(at.callee) ?? '').endsWith('Error');
    if (at.type === 'CallExpression') {
      const callee = unwrap(at.callee);
      return callee.type === 'MemberExpression' && isLogger(callee);
    }
    if (at.type.endsWith('Statement')) return false;
  }
  return false;
}

/** The variable or property that a text is given to. */
function holderName(node: Node): string | undefined {
  const parent = parentOf(node);
  if (parent?.type === 'VariableDeclarator') return lastName(parent.id);
  if (parent?.type === 'AssignmentExpression') return lastName(parent.left);
  if (parent?.type === 'Property') return keyName(parent);
  return undefined;
}
