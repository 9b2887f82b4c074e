import path from 'node:path';
import type { ChangeEntry } from '../git/change-entry.js';
import { NoSuchFileError } from '../git/errors.js';
import { type GitPath, gitPathOf } from '../git/git-path.js';
import { TREE, type TreeView } from '../git/tree.js';

/**
 * Of a change, what touches the named files. A named file that did not change is taken for modified.
 *
 * Throws {@link NoSuchFileError} for a name that leads out of the repository, and for one that neither the change nor `head` knows.
 */
export async function selectFiles(
  entries: readonly ChangeEntry[],
  files: readonly string[],
  head: TreeView | undefined,
): Promise<ChangeEntry[]> {
  const byName = new Map<GitPath, ChangeEntry>();
  for (const entry of entries) if (entry.from !== undefined) byName.set(entry.from, entry);
  for (const entry of entries) byName.set(entry.path, entry);
  const selected = new Map<GitPath, ChangeEntry>();
  for (const file of files) {
    const name = gitPathOf(insideRoot(file));
    const entry = byName.get(name) ?? (await unchanged(name, file, head));
    selected.set(entry.path, entry);
  }
  return [...selected.values()];
}

function insideRoot(file: string): string {
  const name = path.posix.normalize(file);
  if (file.includes('\0') || path.isAbsolute(name) || name === '.' || name === '..' || name.startsWith('../'))
    throw new NoSuchFileError(file, 'it does not lie below the root of the repository');
  return name;
}

async function unchanged(name: GitPath, file: string, head: TreeView | undefined): Promise<ChangeEntry> {
  const entry = await head?.entry(insideRoot(file));
  if (entry === undefined) throw new NoSuchFileError(file);
  if (entry.mode === TREE) throw new NoSuchFileError(file, 'it is a folder; name the files in it');
  return { path: name, status: 'modified', ...entry, before: entry };
}
