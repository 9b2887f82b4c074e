import type { SourceCode } from 'eslint';
import { isTestFile } from '../file/test-file.js';
import { moduleCalls } from '../module/module-references.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { keyName, lastName } from '../syntax/name.js';
import { parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap } from '../syntax/unwrap.js';
import { onlyValue, staticText, variableOf } from '../syntax/variable.js';
import { contains } from '../syntax/walk.js';

type Call = NodeOf<'CallExpression' | 'NewExpression'>;

const plain = {
  readFile: 'read',
  readFileSync: 'read',
  writeFile: 'write',
  writeFileSync: 'write',
  rename: 'rename',
  renameSync: 'rename',
} as const;
const json = {
  readJson: 'readJson',
  readJSON: 'readJson',
  readJsonSync: 'readJson',
  readJSONSync: 'readJson',
  writeJson: 'writeJson',
  writeJSON: 'writeJson',
  writeJsonSync: 'writeJson',
  writeJSONSync: 'writeJson',
  outputJson: 'writeJson',
  outputJsonSync: 'writeJson',
} as const;
const promises = { 'promises.readFile': 'read', 'promises.writeFile': 'write', 'promises.rename': 'rename' } as const;
type Role = 'read' | 'write' | 'rename' | 'readJson' | 'writeJson';
const members: Record<string, Record<string, Role>> = {
  fs: { ...plain, ...promises },
  'fs/promises': plain,
  'fs-extra': { ...plain, ...json },
  'graceful-fs': plain,
  jsonfile: { readFile: 'readJson', readFileSync: 'readJson', writeFile: 'writeJson', writeFileSync: 'writeJson' },
};

export default defineRule({
  name: 'no-nonatomic-state-write',
  type: 'problem',
  description: 'Disallow writing a state file in place that the same module reads back',
  recommended: true,
  options: {
    ignorePaths: {
      type: 'string',
      format: 'regex',
      description:
        'Path expressions (as written, and the text of constants) that are not state, such as files under version control.',
    },
  },
  defaults: { ignorePaths: 'package(?:-lock)?\\.json|tsconfig|(?:^|[^a-z])pkg|packageJson|manifest\\.json' },
  messages: {
    inPlace:
      'This module reads "{{path}}" back, and a write that is cut off leaves half of it. Write to a temporary file beside it, then rename.',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (isTestFile(context)) return {};
    const ignored = pattern(options.ignorePaths, 'iu');

    return {
      Program() {
        const calls = moduleCalls(sourceCode, members);
        const reads = calls.filter(({ info }) => info === 'read' || info === 'readJson');
        if (reads.length === 0) return;
        const renamed = calls.filter(({ info }) => info === 'rename').map(({ node }) => node.arguments[0]);
        for (const { node, info } of calls) {
          const path = node.arguments[0];
          if ((info !== 'write' && info !== 'writeJson') || path === undefined) continue;
          if (isExclusive(node) || ignored.test(pathText(path, sourceCode))) continue;
          // What is renamed after the write is the temporary file itself.
          if (renamed.some((other) => other && isSamePath(other, path, sourceCode) !== 'no')) continue;
          const isState = info === 'writeJson' || isJson(node.arguments[1], sourceCode);
          const isReadBack = reads.some(({ node: read, info: role }) => {
            const [readPath] = read.arguments;
            if (readPath === undefined) return false;
            const same = isSamePath(readPath, path, sourceCode);
            const isParsed = role === 'readJson' || parsesJson(read, sourceCode);
            return same === 'yes' ? isState || isParsed : same === 'by name' && isState && isParsed;
          });
          if (isReadBack) context.report({ node, messageId: 'inPlace', data: { path: sourceCode.getText(path) } });
        }
      },
    };
  },
});

/** 'yes' for one variable, member or constant; 'by name' when two functions call their parameter alike. */
function isSamePath(a: Node, b: Node, sourceCode: SourceCode): 'yes' | 'by name' | 'no' {
  const [left, right] = [unwrap(a), unwrap(b)];
  const [leftText, rightText] = [staticText(left, sourceCode), staticText(right, sourceCode)];
  if (leftText !== undefined && rightText !== undefined) return leftText === rightText ? 'yes' : 'no';
  if (sourceCode.getText(left) !== sourceCode.getText(right)) return 'no';
  if (left.type !== 'Identifier' || right.type !== 'Identifier') return 'yes';
  const [leftVariable, rightVariable] = [variableOf(left, sourceCode), variableOf(right, sourceCode)];
  if (leftVariable === rightVariable) return 'yes';
  const [leftMade, rightMade] = [onlyValue(leftVariable), onlyValue(rightVariable)];
  const isSameValue = leftMade && rightMade && sourceCode.getText(leftMade) === sourceCode.getText(rightMade);
  const areParameters = [leftVariable, rightVariable].every((variable) => variable?.defs[0]?.type === 'Parameter');
  return isSameValue || areParameters ? 'by name' : 'no';
}

/** The path as written, with the constant that it names. */
function pathText(path: Node, sourceCode: SourceCode): string {
  const value = unwrap(path);
  const made = value.type === 'Identifier' ? onlyValue(variableOf(value, sourceCode)) : undefined;
  return sourceCode.getText(value) + (made === undefined ? '' : ` ${sourceCode.getText(made)}`);
}

/** `flag: 'wx'` makes a file that nobody can have read before. */
function isExclusive(write: Call): boolean {
  const options = write.arguments[2];
  if (options?.type !== 'ObjectExpression') return false;
  return options.properties.some(
    (property) =>
      property.type === 'Property' &&
      keyName(property) === 'flag' &&
      property.value.type === 'Literal' &&
      /[xa]/u.test(String(property.value.value)),
  );
}

function isJson(value: Node | undefined, sourceCode: SourceCode): boolean {
  if (value === undefined) return false;
  if (contains(value, sourceCode, isStringify)) return true;
  const made = value.type === 'Identifier' ? onlyValue(variableOf(value, sourceCode)) : undefined;
  return made !== undefined && contains(made, sourceCode, isStringify);
}

function isStringify(node: Node): boolean {
  return node.type === 'CallExpression' && lastName(node.callee) === 'stringify';
}

/** Whether what was read goes into JSON.parse, directly or through a variable. */
function parsesJson(read: Call, sourceCode: SourceCode): boolean {
  const outer = awaited(read);
  const holder = parentOf(outer);
  if (holder?.type === 'CallExpression') return lastName(holder.callee) === 'parse' || isTextOf(holder, sourceCode);
  if (holder?.type === 'MemberExpression') {
    const call = parentOf(holder);
    return call?.type === 'CallExpression' && parsesJson(call, sourceCode);
  }
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier') {
    return (
      variableOf(holder.id, sourceCode)?.references.some(({ identifier }) => isParsed(identifier as Node)) ?? false
    );
  }
  if (holder?.type === 'AssignmentExpression' && holder.left.type === 'Identifier') {
    return (
      variableOf(holder.left, sourceCode)?.references.some(({ identifier }) => isParsed(identifier as Node)) ?? false
    );
  }
  return (
    read.arguments.length > 1 &&
    contains(
      read.arguments.at(-1) ?? read,
      sourceCode,
      (node) => node.type === 'CallExpression' && lastName(node.callee) === 'parse',
    )
  );
}

function isParsed(identifier: Node): boolean {
  const call = parentOf(identifier);
  return call?.type === 'CallExpression' && lastName(call.callee) === 'parse';
}

function isTextOf(call: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  return lastName(call.callee) === 'String' && parsesJson(call, sourceCode);
}
