import { lstat } from 'node:fs/promises';
import { git, GitFailedError, type GitOptions, gitResult } from '@codex-orch/core';
import { type ChangeEntry, countFormat, type LineCounts, parseCounts, parseRaw, rawFormat } from './change-entry.js';
import { type GitPath, onDisk, splitNul } from './git-path.js';
import { GITLINK, SYMLINK, type TreeEntry } from './tree.js';

/** A change, of which the counts take longer to find than all else: they are found when they are asked for. */
export interface Changes {
  readonly entries: readonly ChangeEntry[];
  readonly counts: () => Promise<LineCounts>;
}

/** What a commit or tree has that another has not, and the other way round. `options` name a bare git directory of ours. */
export const changedBetween = (from: string, to: string, options: GitOptions): Promise<Changes> =>
  changesOf((format) => ['diff-tree', '-r', ...format, '--end-of-options', from, to], options);

/** How the index differs from a commit or tree. */
export const changedInIndex = (from: string, options: GitOptions): Promise<Changes> =>
  changesOf((format) => ['diff-index', '--cached', ...format, '--end-of-options', from], options);

async function changesOf(args: (format: readonly string[]) => string[], options: GitOptions): Promise<Changes> {
  return {
    entries: parseRaw(splitNul(await git(args(rawFormat), options))),
    counts: async () => parseCounts(splitNul(await git(args(countFormat), options))),
  };
}

/**
 * How the work tree differs from a commit or tree: what is tracked, and what is neither tracked nor ignored.
 * `options` name a git directory and a copy of the index that are ours.
 */
export async function changedInWorkTree(
  from: string,
  options: GitOptions & { readonly workTree: string },
): Promise<Changes> {
  // Not diff-index: that takes a file with a newer date for changed. This one refreshes the index, which is a copy.
  const diff = git(['diff', ...rawFormat, ...countFormat, '--end-of-options', from, '--'], options).then(splitNul);
  const [fields, untracked] = await Promise.all([diff, untrackedPaths(options)]);
  const entries = new Map(parseRaw(fields).map((entry) => [entry.path, entry]));
  for (const name of untracked) {
    const path = name.replace(/\/$/, '') as GitPath;
    const tracked = entries.get(path);
    const mode = name.endsWith('/') ? GITLINK : await modeOf(options.workTree, path);
    // Removed from the index, but still there: what the diff calls deleted has only stopped to be tracked.
    const [status, before] = tracked ? (['modified', tracked.before] as const) : (['added', nothing] as const);
    if (mode !== undefined) entries.set(path, { path, status, mode, id: '', before });
  }
  return { entries: [...entries.values()], counts: () => Promise.resolve(parseCounts(fields)) };
}

const nothing: TreeEntry = { mode: '000000', id: '' };

async function untrackedPaths(options: GitOptions): Promise<GitPath[]> {
  const result = await gitResult(['ls-files', '-z', '--others', '--exclude-standard'], options);
  const stderr = result.stderr.toString('utf8');
  // Git only warns of a folder that it may not read, and would leave its files out of the check.
  if (result.exitCode !== 0 || result.truncated || stderr.includes('could not open directory'))
    throw new GitFailedError('ls-files', result.exitCode, stderr);
  return splitNul(result.stdout);
}

/** Undefined for what git could not store, such as a socket. */
async function modeOf(root: string, path: GitPath): Promise<string | undefined> {
  const entry = await lstat(onDisk(root, path)).catch(() => undefined);
  if (entry?.isSymbolicLink()) return SYMLINK;
  return entry?.isFile() ? '100644' : undefined;
}
