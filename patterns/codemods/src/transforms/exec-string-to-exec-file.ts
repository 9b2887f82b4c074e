import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { list, oneOf, readOptions } from '../codemod/options.js';
import { readCommand, type Refusal } from '../shell/command.js';
import { stubbedIn } from '../shell/stubs.js';
import { Replacement } from '../shell/replacement.js';
import { memberOf } from '../syntax/loads.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { referenceOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

const readers = {
  /** Whether a value in a command must be proven to be one word, or is one by the word of whoever says so. */
  values: oneOf('proven', 'word'),
  /** Programs to start, beside those known to need no shell anywhere. */
  programs: list,
  /** Functions of child_process that other files replace, as `survey` finds them. */
  stubbed: list,
};

const modern = { exec: 'execFile', execSync: 'execFileSync' } as const;

/**
 * `exec('git log -n ' + 5)` to `execFile('git', ['log', '-n', `${5}`])`: no shell, nothing to inject into. Only where the
 * command is words alone, and the program is one that needs no shell on any system.
 *
 * Declines: `not-called`, `stubbed`, `exit-code`, `unknown-command`, `comment`, `shell-syntax`, `unknown-word`,
 * `unknown-program`, `shell-option`, `unknown-argument`, `name-taken`.
 */
export const codemod: Codemod = {
  id: 'exec-string-to-exec-file',
  prefilter: ['child_process'],
  transform(file, options = {}) {
    const known = readOptions('exec-string-to-exec-file', options, readers);
    const module = parseModule(file);
    const change = new Change(module);
    if (!file.source.includes('exec')) return change.result();
    const replacement = new Replacement(module, change);
    for (const [node, name] of executions(module)) {
      // The uses of the name that it gives are looked at instead.
      if (node.parent.type === 'VariableDeclarator' && node.parent.id.type === 'Identifier') {
        replacement.keep(node);
        continue;
      }
      const refusal = refuseAll(module, node, name, known.stubbed ?? []);
      const command = refusal ?? readCommand(module, node.parent as TSESTree.CallExpression, known);
      if ('reason' in command) {
        change.decline(command.at ?? node, command.reason, command.message);
        replacement.keep(node);
      } else replacement.add(node, modern[name], command);
    }
    replacement.apply();
    return change.result();
  },
  survey(files, options = {}) {
    readOptions('exec-string-to-exec-file', options, readers);
    return { ...options, stubbed: stubbedIn(files) };
  },
};

export default asJscodeshift(codemod);

/** Every use of `exec` and `execSync` of child_process, but where they are declared. */
function* executions(module: Module): Generator<[node: TSESTree.Expression, name: keyof typeof modern]> {
  for (const node of walk(module.program)) {
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression') continue;
    if (node.type === 'Identifier') {
      const reference = referenceOf(module, node);
      if (!reference?.resolved || reference.init) continue;
    }
    const member = memberOf(module, node);
    const name = member?.path[0];
    if (member?.module !== 'child_process' || member.path.length !== 1) continue;
    if (name === 'exec' || name === 'execSync') yield [node, name];
  }
}

function refuseAll(
  module: Module,
  node: TSESTree.Expression,
  name: string,
  stubbed: readonly string[],
): Refusal | undefined {
  if (node.parent.type !== 'CallExpression' || node.parent.callee !== node) {
    return { reason: 'not-called', message: `What becomes of ${name} here cannot be seen.` };
  }
  if (stubbed.includes(name)) {
    return { reason: 'stubbed', message: `Another file replaces ${name}, and would be passed by.` };
  }
  if (stubbedIn([module]).includes(name)) {
    return { reason: 'stubbed', message: `This file replaces ${name}, and would be passed by.` };
  }
  if (/\b12[67]\b/.test(module.source)) {
    return { reason: 'exit-code', message: 'The file knows the exit code of a shell that finds no program.' };
  }
  return undefined;
}
