import { constants } from 'node:fs';
import { appendFile, cp, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, isolatedEnvironment, removeTree, runChecked } from '@codex-orch/core';
import { filesOf } from '../target/hash-tree.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';

const ignoreFile = '.gitignore';
const installed = 'node_modules';

/**
 * Makes a copy of a target, which has to be as it came, into a git repository of one commit, which is the same each time. What is installed comes along, and
 * is ignored. The workspace is in the state of that commit afterwards.
 */
export async function prepareCheckout(workspace: TargetWorkspace, folder: string, signal?: AbortSignal): Promise<void> {
  await ignoreInstalled(workspace.tree);
  await removeTree(folder);
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 });
  const copy = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true };
  await cp(workspace.tree, folder, copy);
  await workspace.copyModules(path.join(folder, installed));
  const { name, version, refreshedAt } = workspace.target;
  const at = `${refreshedAt}T00:00:00Z`;
  const person = { NAME: 'codex-orch evaluation', EMAIL: 'evaluation@codex-orch.invalid', DATE: at };
  const identity = Object.entries(person).flatMap(([key, value]) =>
    ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${key}`, value] as const),
  );
  const env = { ...isolatedEnvironment(process.env), ...Object.fromEntries(identity) };
  const git = (args: readonly string[], input?: string): Promise<Buffer> =>
    runChecked('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false', ...args], {
      cwd: folder,
      env,
      input,
      signal,
    });
  await git(['init', '--quiet', '--template=', '--initial-branch=main']);
  // The bytes of the target are what its diff is of, whatever its attributes and the user's settings say.
  await git(['config', 'core.autocrlf', 'false']);
  const attributes = path.join(folder, '.git/info/attributes');
  await mkdir(path.dirname(attributes), { recursive: true });
  await writeFile(attributes, '* -text -filter -ident -working-tree-encoding\n');
  // What the target itself ignores is a part of it all the same.
  const files = await filesOf(folder, [installed, '.git', '.runs']);
  await git(['update-index', '--add', '-z', '--stdin'], files.map((file) => `${file}\0`).join(''));
  await git(['commit', '--quiet', '--no-gpg-sign', `--message=${name} ${version}`]);
}

async function ignoreInstalled(tree: string): Promise<void> {
  const file = path.join(tree, ignoreFile);
  // Git heeds no link there, and what one of a target leads to is not its own.
  if ((await ifAbsent(lstat(file), undefined))?.isSymbolicLink()) await rm(file);
  const before = await ifAbsent(readFile(file, 'utf8'), '');
  if (before.split(/\r?\n/).some((line) => /^\/?node_modules\/?$/.test(line))) return;
  await appendFile(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${installed}\n`);
}
