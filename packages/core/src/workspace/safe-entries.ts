import { git, type GitOptions } from './git.js';
import { type GitPath } from './git-path.js';
import type { ChangedEntry } from './tree-changes.js';

const SYMLINK = '120000';
const GITLINK = '160000';

/** Changed entries that must not reach a checkout. */
export interface UnsafeEntries {
  /** Submodules and embedded repositories, also where one is removed. */
  readonly gitlinks: readonly GitPath[];
  /** Symbolic links that lead out of the tree, or could. */
  readonly symlinks: readonly GitPath[];
}

/** Looks through changed entries of a tree. It judges what git has stored, so nobody can change it afterwards. */
export async function findUnsafeEntries(entries: readonly ChangedEntry[], options: GitOptions): Promise<UnsafeEntries> {
  const links = entries.filter((entry) => entry.newMode === SYMLINK);
  const targets = await readBlobs(
    links.map((entry) => entry.newId),
    options,
  );
  return {
    gitlinks: entries
      .filter((entry) => entry.newMode === GITLINK || entry.oldMode === GITLINK)
      .map((entry) => entry.path),
    symlinks: links
      .filter((entry) => !isSafeTarget(entry.path, targets.get(entry.newId) ?? ''))
      .map((entry) => entry.path),
  };
}

/**
 * Whether a symbolic link at `path` stays in the tree, whatever other links the tree has.
 *
 * ".." is allowed at the start of the target only: after a name that is itself a link it would leave from somewhere else.
 */
export function isSafeTarget(path: string, target: string): boolean {
  if (target === '' || target.length > 4096 || target.startsWith('/') || target.includes('\0')) return false;
  const names = target.split('/').filter((name) => name !== '' && name !== '.');
  const ups = names.findIndex((name) => name !== '..');
  const descent = ups === -1 ? [] : names.slice(ups);
  const folders = path.split('/').length - 1;
  if ((ups === -1 ? names.length : ups) > folders) return false;
  return descent.every((name) => name !== '..' && name.toLowerCase() !== '.git');
}

async function readBlobs(ids: readonly string[], options: GitOptions): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  if (ids.length === 0) return blobs;
  const output = await git(['cat-file', '--batch'], { ...options, input: ids.map((id) => `${id}\n`).join('') });
  for (let at = 0; at < output.length;) {
    const lineEnd = output.indexOf(0x0a, at);
    const [id = '', , size = '0'] = output.subarray(at, lineEnd).toString('latin1').split(' ');
    const start = lineEnd + 1;
    blobs.set(id, output.subarray(start, start + Number(size)).toString('latin1'));
    at = start + Number(size) + 1;
  }
  return blobs;
}
