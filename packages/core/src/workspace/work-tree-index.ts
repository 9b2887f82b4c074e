import { lstat, rm } from 'node:fs/promises';
import { GitFailedError } from './errors.js';
import { git, type GitOptions, gitResult } from './git.js';
import { ancestors, type GitPath, joinNul, onDisk, splitNul, textOf } from './git-path.js';

export interface WorkTreeState {
  /** Repositories in the work tree that git would store as a link instead of files. They are not in the index. */
  readonly embedded: readonly string[];
}

/**
 * Makes the index equal to the work tree, ignored files left out: what `git add -A` does, but without asking submodules
 * for their status, which would obey config that an agent may have written.
 */
export async function indexWorkTree(
  options: GitOptions & { readonly workTree: string },
  leaveOut: readonly GitPath[],
): Promise<WorkTreeState> {
  const isLeftOut = liesIn(leaveOut);
  // Not `git ls-files --modified`, which looks for files through a folder that has become a link.
  const tracked = splitNul(
    await git(['diff-files', '-z', '--name-status', '--no-renames', '--ignore-submodules=all'], options),
  );
  const untracked = (await listUntracked(options)).filter((path) => !isLeftOut(path));

  const gone: GitPath[] = [];
  const present: GitPath[] = [];
  for (let at = 0; at + 1 < tracked.length; at += 2) {
    const path = tracked[at + 1] as GitPath;
    const stays = tracked[at] !== 'D' && !isLeftOut(path) && (await isStorable(options.workTree, path));
    (stays ? present : gone).push(path);
  }
  const isRepository = (path: string) => path.endsWith('/');
  present.push(...untracked.filter((path) => !isRepository(path)));

  const update = (flags: readonly string[], paths: readonly GitPath[]) =>
    paths.length > 0
      ? git(['update-index', ...flags, '-z', '--stdin'], { ...options, input: joinNul(paths) })
      : undefined;
  // First what is gone: a folder may stand where a file was.
  await update(['--force-remove'], gone);
  await update(['--add', '--remove', '--replace'], present);
  return { embedded: untracked.filter(isRepository).map((path) => textOf(path).slice(0, -1)) };
}

async function listUntracked(options: GitOptions): Promise<GitPath[]> {
  const result = await gitResult(['ls-files', '-z', '--others', '--exclude-standard'], options);
  const stderr = result.stderr.toString('utf8');
  // Git only warns of a folder that it may not read, and would leave its files out of the work.
  if (result.exitCode !== 0 || result.truncated || stderr.includes('could not open directory'))
    throw new GitFailedError('ls-files', result.exitCode, stderr);
  return splitNul(result.stdout);
}

/** Whether git can store what is there; a socket or a pipe in the place of a file counts as the file's removal. */
async function isStorable(workTree: string, path: GitPath): Promise<boolean> {
  const entry = await lstat(onDisk(workTree, path)).catch(() => undefined);
  return entry !== undefined && (entry.isFile() || entry.isSymbolicLink());
}

/** Removes repositories that were put into the work tree, which git itself would leave alone. */
export async function removeEmbedded(workTree: string, embedded: readonly string[]): Promise<void> {
  for (const path of embedded) await rm(`${workTree}/${path}`, { recursive: true, force: true });
}

function liesIn(folders: readonly GitPath[]): (path: GitPath) => boolean {
  const exact = new Set(folders);
  return (path) => exact.has(path.replace(/\/$/, '') as GitPath) || ancestors(path).some((folder) => exact.has(folder));
}
