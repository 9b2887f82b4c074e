import type { Rule, Scope, SourceCode } from 'eslint';
import { moduleCalls } from '../module/module-references.js';
import { importBeside } from '../module/import-edit.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { commandPieces, plainWords, type Piece } from '../syntax/command-words.js';
import { keyName, lastName } from '../syntax/name.js';
import { parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { onlyValue, staticText, staticValue, variableOf } from '../syntax/variable.js';

type Call = NodeOf<'CallExpression' | 'NewExpression'>;

type Kind = 'execFile' | 'execFileSync' | 'argument' | 'promisify' | 'shelljs';

/** Functions that always give their text to a shell. */
const shells = { exec: 'execFile', execSync: 'execFileSync' } as const;
const starters = { spawn: 'argument', spawnSync: 'argument', execFile: 'argument', execFileSync: 'argument' } as const;
const members: Record<string, Record<string, Kind>> = {
  child_process: { ...shells, ...starters },
  util: { promisify: 'promisify' },
  shelljs: { exec: 'shelljs' },
  execa: { execa: 'argument', execaSync: 'argument', default: 'argument' },
  'cross-spawn': { sync: 'argument', default: 'argument' },
};

/** Words that only a shell knows, so that no program of that name can be started. */
const builtins = new Set(
  'cd export source . set unset alias eval exec exit ulimit umask type read trap wait jobs bg fg builtin command'.split(
    ' ',
  ),
);
/** Scripts on Windows, which cannot be started there without a shell. */
const scripts = /^(?:npm|npx|pnpm|pnpx|yarn|corepack|tsc|eslint|prettier|vitest|jest|code)$/u;
const manyWords = /(?:args?|argv|argument|flags?|opts?|options?|params?|command|cmd|s)$/iu;

export default defineRule({
  name: 'no-shell-interpolation',
  type: 'problem',
  description: 'Disallow values in the text of a shell command',
  recommended: true,
  fixable: 'code',
  hasSuggestions: true,
  options: {
    quoters: {
      type: 'string',
      format: 'regex',
      description: 'Names of the functions whose result is safe in a shell command.',
    },
  },
  defaults: { quoters: '(?:quote|shellescape|escapeShell\\w*|shellEscape)$' },
  messages: {
    interpolated:
      'A shell interprets "{{value}}" inside this command, so spaces or metacharacters in it change what runs. Use execFile or spawn with an argument array.',
    argument:
      'With `shell: true` the arguments are joined unquoted, so a shell interprets "{{value}}". Leave `shell` out.',
    useExecFile: 'Start the program without a shell: {{member}} with an argument array.',
    dropShell: 'Leave `shell` out.',
  },
  create(context, options) {
    const { sourceCode } = context;
    const quoters = pattern(options.quoters);

    const judge = (call: Call, kind: Exclude<Kind, 'promisify'>, member: string) => {
      const [command] = call.arguments;
      if (command === undefined) return;
      const shell = kind === 'argument' ? shellOption(call, sourceCode) : undefined;
      if (kind === 'argument' && shell === undefined) return;
      const pieces = piecesOf(command, sourceCode);
      const value = pieces?.find((piece) => 'value' in piece && !isSafe(piece.value, sourceCode, quoters));
      if (pieces !== undefined && value !== undefined && 'value' in value) {
        const edit =
          kind === 'execFile' || kind === 'execFileSync'
            ? withoutShell(call, member, kind, pieces, sourceCode)
            : undefined;
        context.report({
          node: command,
          messageId: 'interpolated',
          data: { value: sourceCode.getText(value.value) },
          ...(edit?.isProven === true && { fix: edit.fix }),
          suggest:
            edit?.isProven === false ? [{ messageId: 'useExecFile', data: { member: kind }, fix: edit.fix }] : [],
        });
        return;
      }
      const argument = shell && unsafeArgument(call, sourceCode, quoters);
      if (argument === undefined || shell === undefined) return;
      context.report({
        node: argument,
        messageId: 'argument',
        data: { value: sourceCode.getText(argument) },
        suggest:
          staticText(command, sourceCode) === undefined
            ? []
            : [{ messageId: 'dropShell', fix: (fixer) => removeProperty(fixer, shell, sourceCode) }],
      });
    };

    return {
      Program() {
        for (const { node, member, info } of moduleCalls<Kind>(sourceCode, members)) {
          if (info !== 'promisify') judge(node, info, member);
        }
        for (const call of promisified(sourceCode)) judge(call, 'shelljs', 'exec');
      },
    };
  },
});

/** The pieces of a command, also of one that a constant holds. */
function piecesOf(command: Node, sourceCode: SourceCode): Piece[] | undefined {
  const direct = commandPieces(command, sourceCode);
  if (direct !== undefined || command.type !== 'Identifier') return direct;
  const made = onlyValue(variableOf(command, sourceCode));
  return made && commandPieces(made, sourceCode);
}

/** Numbers, constants and what a quoting function made. */
function isSafe(value: Node, sourceCode: SourceCode, quoters: RegExp): boolean {
  if (staticValue(value, sourceCode) !== undefined) return true;
  if (value.type === 'CallExpression') {
    const name = lastName(value.callee) ?? '';
    if (/^(?:map|join)$/u.test(name)) {
      const receiver = unwrap(value.callee);
      const mapper = value.arguments[0];
      const isQuoted = name === 'map' && mapper !== undefined && quoters.test(lastName(mapper) ?? '');
      return isQuoted || (receiver.type === 'MemberExpression' && isSafe(unwrap(receiver.object), sourceCode, quoters));
    }
    return quoters.test(name) || ['Number', 'parseInt', 'parseFloat'].includes(name);
  }
  if (value.type === 'ConditionalExpression') {
    return isSafe(value.consequent, sourceCode, quoters) && isSafe(value.alternate, sourceCode, quoters);
  }
  if (value.type === 'Identifier') {
    const made = onlyValue(variableOf(value, sourceCode));
    return (
      made !== undefined && made !== value && made.type !== 'Identifier' && isSafe(unwrap(made), sourceCode, quoters)
    );
  }
  return value.type === 'MemberExpression' && ['pid', 'length', 'port'].includes(keyName(value) ?? '');
}

/** Calls of `const run = promisify(exec)`. */
function promisified(sourceCode: SourceCode): Call[] {
  return moduleCalls<Kind>(sourceCode, { util: { promisify: 'promisify' } }).flatMap(({ node }) => {
    const [wrapped] = node.arguments;
    if (wrapped === undefined || !/^exec$/u.test(lastName(wrapped) ?? '')) return [];
    const declarator = parentOf(node);
    if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return [];
    const variable = variableOf(declarator.id, sourceCode);
    return (variable?.references ?? []).flatMap(({ identifier }) => {
      const call = parentOf(identifier as Node);
      return call?.type === 'CallExpression' && call.callee === identifier ? [call] : [];
    });
  });
}

/** The `shell` property of the call's options, when it asks for a shell. */
function shellOption(call: Call, sourceCode: SourceCode): NodeOf<'Property'> | undefined {
  for (const argument of call.arguments.slice(1)) {
    if (argument.type !== 'ObjectExpression') continue;
    for (const property of argument.properties) {
      if (property.type !== 'Property' || keyName(property) !== 'shell') continue;
      const value = staticValue(property.value, sourceCode);
      // `shell: process.platform === 'win32'` asks for one sometimes, so arguments are interpreted sometimes.
      return value === undefined || Boolean(value.value) ? property : undefined;
    }
  }
  return undefined;
}

function unsafeArgument(call: Call, sourceCode: SourceCode, quoters: RegExp): Node | undefined {
  const list = call.arguments[1];
  if (list?.type !== 'ArrayExpression') return undefined;
  return list.elements.find((element): element is NonNullable<typeof element> => {
    if (element === null || element.type === 'SpreadElement') return false;
    const pieces = commandPieces(element, sourceCode) ?? [{ value: unwrap(element) }];
    return pieces.some((piece) => 'value' in piece && !isSafe(piece.value, sourceCode, quoters));
  });
}

interface Edit {
  /** Whether the program behaves the same for every value that was safe before. */
  readonly isProven: boolean;
  readonly fix: (fixer: Rule.RuleFixer) => Rule.Fix[];
}

/** `execSync(`git show ${rev}`)` to `execFileSync('git', ['show', rev])`, where each word stays a word. */
function withoutShell(
  call: Call,
  member: string,
  target: string,
  pieces: readonly Piece[],
  sourceCode: SourceCode,
): Edit | undefined {
  const [command, second] = call.arguments;
  const words = plainWords(pieces);
  const [program, ...rest] = words ?? [];
  if (command === undefined || typeof program !== 'string' || builtins.has(program) || program.includes('='))
    return undefined;
  if (command.type === 'Identifier') return undefined;
  const hasKnownOptions =
    second === undefined ||
    isPlainOptions(second) ||
    second.type === 'ArrowFunctionExpression' ||
    second.type === 'FunctionExpression';
  const callee = replaceCallee(call, member, target, sourceCode);
  if (callee === undefined) return undefined;
  const list = rest.map((word) => (typeof word === 'string' ? quote(word) : asText(word, sourceCode))).join(', ');
  return {
    isProven:
      hasKnownOptions && !scripts.test(program) && rest.every((word) => typeof word === 'string' || isOneWord(word)),
    fix: (fixer) => [...callee(fixer), fixer.replaceText(command, `${quote(program)}, [${list}]`)],
  };
}

function isPlainOptions(node: Node): boolean {
  return (
    node.type === 'ObjectExpression' &&
    node.properties.every((property) => property.type === 'Property' && keyName(property) !== 'shell')
  );
}

/** A value that may hold several words is split by the shell, and would not be by execFile. */
function isOneWord(value: Node): boolean {
  const name = lastName(value);
  return name !== undefined && value.type !== 'CallExpression' && !manyWords.test(name);
}

function replaceCallee(call: Call, member: string, target: string, sourceCode: SourceCode) {
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression' && !callee.computed && keyName(callee) === member) {
    return (fixer: Rule.RuleFixer) => [fixer.replaceText(callee.property, target)];
  }
  const definition = callee.type === 'Identifier' ? variableOf(callee, sourceCode)?.defs[0] : undefined;
  if (definition?.type !== 'ImportBinding' || definition.node.type !== 'ImportSpecifier') return undefined;
  const imported = importBeside(definition.node, target, sourceCode);
  return imported && ((fixer: Rule.RuleFixer) => [...imported.edits(fixer), fixer.replaceText(callee, imported.name)]);
}

function quote(word: string): string {
  return `'${word}'`;
}

/** execFile wants text, where a template took any value. */
function asText(value: Node, sourceCode: SourceCode): string {
  const text = sourceCode.getText(value);
  return isTyped(value, sourceCode) ? text : `String(${text})`;
}

/** A parameter that TypeScript says is text. */
function isTyped(value: Node, sourceCode: SourceCode): boolean {
  if (value.type !== 'Identifier') return false;
  const name = variableOf(value, sourceCode)?.defs[0]?.name as
    (Scope.Definition['name'] & { typeAnnotation?: { typeAnnotation?: { type: string } } }) | undefined;
  return name?.typeAnnotation?.typeAnnotation?.type === 'TSStringKeyword';
}

function removeProperty(fixer: Rule.RuleFixer, property: NodeOf<'Property'>, sourceCode: SourceCode): Rule.Fix {
  const after = sourceCode.getTokenAfter(property);
  const before = sourceCode.getTokenBefore(property);
  const [start, end] = property.range ?? [0, 0];
  if (after?.value === ',')
    return fixer.removeRange([start, sourceCode.getTokenAfter(after)?.range[0] ?? after.range[1]]);
  return fixer.removeRange([before?.value === ',' ? before.range[0] : start, end]);
}
