import { git, type GitOptions } from './git.js';
import { type GitPath, splitNul, textOf } from './git-path.js';

/** One file of a diff. `added` and `removed` count lines and are null for binary files. */
export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Where a renamed file was. */
  readonly oldPath?: string | undefined;
  readonly added: number | null;
  readonly removed: number | null;
}

/** One path whose entry differs between two trees; `newMode` is `000000` when it is gone. */
export interface ChangedEntry {
  readonly path: GitPath;
  readonly newMode: string;
  readonly newId: string;
  readonly oldMode: string;
  readonly oldId: string;
}

/** Renames are looked for in up to this many pairs, whatever git's default is. */
export const renames: readonly string[] = ['-M', '-l1000'];

const NONE = '000000';

const outside = ['--no-ext-diff', '--no-textconv'];
const comparison = ['diff-tree', '-r', '-z', '--raw', '--numstat', ...outside, '--diff-algorithm=histogram'];

const countOf = (field: string): number | null => (field === '-' ? null : Number(field));

/** Compares two trees path by path, without looking for renames. */
export async function changedEntries(from: string, to: string, options: GitOptions): Promise<ChangedEntry[]> {
  const fields = splitNul(
    await git(
      ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', '--no-abbrev', '--end-of-options', from, to],
      options,
    ),
  );
  return readEntries(fields);
}

/** Reads `--raw -z` without renames, up to what does not belong to it. */
function readEntries(fields: readonly GitPath[]): ChangedEntry[] {
  const entries: ChangedEntry[] = [];
  for (let at = 0; fields[at]?.startsWith(':'); at += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = ''] = (fields[at] as string).slice(1).split(' ');
    entries.push({ path: fields[at + 1] as GitPath, oldMode, newMode, oldId, newId });
  }
  return entries;
}

/** An entry with what its text gained and lost, as in a {@link ChangedFile}. */
export interface CountedEntry extends ChangedEntry, Pick<ChangedFile, 'added' | 'removed'> {}

/** {@link changedEntries} and the counts of lines, both from one git. */
export async function countedEntries(from: string, to: string, options: GitOptions): Promise<CountedEntry[]> {
  const args = [...comparison, '--no-renames', '--full-index', '--no-abbrev'];
  const fields = splitNul(await git([...args, '--end-of-options', from, to], options));
  const counts = new Map<GitPath, readonly [number | null, number | null]>();
  const entries = readEntries(fields);
  for (const field of fields.slice(entries.length * 2)) {
    const [added = '-', removed = '-', ...path] = field.split('\t');
    counts.set(path.join('\t') as GitPath, [countOf(added), countOf(removed)]);
  }
  return entries.map((entry) => {
    const [added, removed] = counts.get(entry.path) ?? [null, null];
    return { ...entry, added, removed };
  });
}

/** What {@link changedFiles} tells of these entries; undefined where a rename could be among them. */
export function filesOf(entries: readonly CountedEntry[]): ChangedFile[] | undefined {
  const files = entries.map(({ path, oldMode, newMode, added, removed }): ChangedFile => {
    const status = oldMode === NONE ? 'added' : newMode === NONE ? 'deleted' : 'modified';
    return { path: textOf(path), status, added, removed };
  });
  const some = (status: ChangedFile['status']) => files.some((file) => file.status === status);
  return some('added') && some('deleted') ? undefined : files;
}

/** Compares two trees as a person would tell it. */
export async function changedFiles(from: string, to: string, options: GitOptions): Promise<ChangedFile[]> {
  return parseRawNumstat(splitNul(await git([...comparison, ...renames, '--end-of-options', from, to], options)));
}

/** Reads `--raw --numstat -z`: first all raw records, then all counts, both naming a renamed file twice. See git-diff(1). */
function parseRawNumstat(fields: readonly GitPath[]): ChangedFile[] {
  const raw = new Map<GitPath, { status: ChangedFile['status']; oldPath?: GitPath }>();
  const files: ChangedFile[] = [];
  let at = 0;
  const next = () => (fields[at++] ?? '') as GitPath;
  while (fields[at]?.startsWith(':')) {
    const letter = next().split(' ')[4]?.[0] ?? '';
    const path = next();
    if (letter === 'R') raw.set(next(), { status: 'renamed', oldPath: path });
    else raw.set(path, { status: letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified' });
  }
  while (at < fields.length) {
    const [added = '-', removed = '-', ...rest] = next().split('\t');
    let path = rest.join('\t') as GitPath;
    if (path === '') {
      next();
      path = next();
    }
    const { status = 'modified', oldPath } = raw.get(path) ?? {};
    files.push({
      path: textOf(path),
      status,
      ...(oldPath === undefined ? {} : { oldPath: textOf(oldPath) }),
      added: countOf(added),
      removed: countOf(removed),
    });
  }
  return files;
}
