import { lstat, readdir } from 'node:fs/promises';
import type { ChangePlan } from './change-plan.js';
import { readStatus } from './dirty-paths.js';
import { git, gitResult } from './git.js';
import type { ScratchGitDirectory } from './git-directory.js';
import { ancestors, type GitPath, onDisk, splitNul, touchesAny } from './git-path.js';
import type { Repository } from './repository.js';
import type { ChangedEntry } from './tree-changes.js';

const NONE = '000000';

/** How the checkout's files compare with a planned change. */
export interface CheckoutState {
  /** Still as before: to be written. */
  readonly unchanged: readonly ChangedEntry[];
  /** Changed by the user, in these places: nothing may be written. */
  readonly changed: readonly GitPath[];
}

/** Sorts the paths of a plan into those still to do, those done already (in neither list) and those in the way. */
export async function compareCheckout(
  repository: Repository,
  scratch: ScratchGitDirectory,
  plan: ChangePlan,
  signal: AbortSignal | undefined,
): Promise<CheckoutState> {
  const concerns = touchesAny(plan.entries.map((entry) => entry.path));
  const dirty = (await readStatus(repository, scratch, signal)).filter(concerns);
  const removed = new Set(plan.entries.filter((entry) => entry.newMode === NONE).map((entry) => entry.path));
  for (const entry of plan.entries) {
    // Ignored files are not in the status, but they are in the way all the same.
    if (entry.oldMode === NONE) dirty.push(...(await findObstacles(repository.root, entry.path, removed)));
  }
  if (dirty.length === 0) return { unchanged: plan.entries, changed: [] };
  const done = await findDone(repository, scratch, plan.entries.filter(isIn(dirty)), signal);
  return {
    unchanged: plan.entries.filter((entry) => !done.has(entry.path)),
    changed: [...new Set(dirty)].filter((path) => !done.has(path)).sort(),
  };
}

const isIn = (dirty: readonly GitPath[]) => {
  const touches = touchesAny(dirty);
  return (entry: ChangedEntry) => touches(entry.path);
};

/** What stands where a new file, or one of its folders, is to go, and will not be removed by the change itself. */
async function findObstacles(root: string, path: GitPath, removed: ReadonlySet<GitPath>): Promise<GitPath[]> {
  for (const folder of ancestors(path).reverse()) {
    const entry = await lstat(onDisk(root, folder)).catch(() => undefined);
    if (entry === undefined) return [];
    if (!entry.isDirectory()) return removed.has(folder) ? [] : [folder];
  }
  return filesAt(root, path, removed);
}

async function filesAt(root: string, path: GitPath, removed: ReadonlySet<GitPath>): Promise<GitPath[]> {
  const entry = await lstat(onDisk(root, path)).catch(() => undefined);
  if (entry === undefined || removed.has(path)) return [];
  if (!entry.isDirectory()) return [path];
  const found: GitPath[] = [];
  for (const name of await readdir(onDisk(root, path), { encoding: 'buffer' }))
    found.push(...(await filesAt(root, `${path}/${name.toString('latin1')}` as GitPath, removed)));
  return found;
}

/** Those of the entries whose file is as it would be after the change. */
async function findDone(
  repository: Repository,
  scratch: ScratchGitDirectory,
  entries: readonly ChangedEntry[],
  signal: AbortSignal | undefined,
): Promise<Set<GitPath>> {
  const options = {
    cwd: repository.root,
    gitDir: scratch.dir,
    workTree: repository.root,
    indexFile: `${scratch.dir}/done-index`,
    config: repository.checkoutConfig,
    signal,
  };
  const infos = entries
    .filter((entry) => entry.newMode !== NONE)
    .map((entry) => `${entry.newMode} ${entry.newId}\t${entry.path}\0`);
  await git(['read-tree', '--empty'], options);
  await git(['update-index', '-z', '--index-info'], { ...options, input: Buffer.from(infos.join(''), 'latin1') });
  // Fills in what the files look like, so that the comparison below is by content.
  await gitResult(['update-index', '-q', '--really-refresh', '--ignore-submodules'], options);
  const differing = new Set(
    splitNul(await git(['diff-files', '-z', '--name-only', '--no-renames', '--ignore-submodules=all'], options)),
  );
  const done = new Set<GitPath>();
  for (const entry of entries) {
    const isGone = async () => {
      const there = await lstat(onDisk(repository.root, entry.path)).catch(() => undefined);
      return there === undefined || there.isDirectory();
    };
    if (entry.newMode === NONE ? await isGone() : !differing.has(entry.path)) done.add(entry.path);
  }
  return done;
}
