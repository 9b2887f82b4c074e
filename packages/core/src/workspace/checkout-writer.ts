import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { resolveInside } from '../fs/contained-path.js';
import type { ChangePlan } from './change-plan.js';
import { git } from './git.js';
import type { ScratchGitDirectory } from './git-directory.js';
import { ancestors, type GitPath, joinNul, textOf } from './git-path.js';
import type { Repository } from './repository.js';
import type { ChangedEntry } from './tree-changes.js';

const NONE = '000000';

/** Writes the planned entries into the checkout, and puts the old ones back when that fails half-way. */
export async function writeToCheckout(
  repository: Repository,
  scratch: ScratchGitDirectory,
  plan: ChangePlan,
  entries: readonly ChangedEntry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const gone = (mode: 'newMode' | 'oldMode') =>
    entries.filter((entry) => entry[mode] === NONE).map((entry) => entry.path);
  const kept = (mode: 'newMode' | 'oldMode') =>
    entries.filter((entry) => entry[mode] !== NONE).map((entry) => entry.path);
  try {
    for (const file of gone('newMode')) await removeFile(repository.root, file);
    await writeFiles(repository, scratch, plan.after, kept('newMode'));
  } catch (error) {
    // A file that could not be written may not be removable either; there is nothing of it then.
    for (const file of gone('oldMode')) await removeFile(repository.root, file).catch(() => undefined);
    // All of them were unchanged, so the tree they came from has what was there.
    await writeFiles(repository, scratch, plan.before, kept('oldMode'));
    throw error;
  }
}

/** Not to be aborted: it is short, and half of it is what nobody wants. */
async function writeFiles(
  repository: Repository,
  scratch: ScratchGitDirectory,
  tree: string,
  files: readonly GitPath[],
): Promise<void> {
  if (files.length === 0) return;
  const indexFile = `${scratch.dir}/write-index`;
  const options = {
    cwd: repository.root,
    gitDir: scratch.dir,
    workTree: repository.root,
    indexFile,
    config: repository.checkoutConfig,
  };
  await git(['read-tree', '--reset', '--end-of-options', tree], options);
  // It makes folders as needed and writes through no link.
  await git(['checkout-index', '--force', '-z', '--stdin'], { ...options, input: joinNul(files) });
}

async function removeFile(root: string, file: GitPath): Promise<void> {
  const name = textOf(file);
  // The folder is resolved, the file is not: when it is a link, the link goes.
  const folder = await resolveInside(root, path.posix.dirname(name));
  await rm(path.join(folder, path.posix.basename(name)), { force: true });
  for (const parent of ancestors(file)) {
    try {
      await rmdir(path.join(root, textOf(parent)));
    } catch {
      // Not empty: it stays, and so do those around it.
      return;
    }
  }
}
