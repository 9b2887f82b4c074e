import type { ChangedPath } from '../check/check-input.js';
import type { GitPath } from './git-path.js';
import type { TreeEntry } from './tree.js';

/** A changed path as git tells of it, with what is needed to read it. */
export interface ChangeEntry {
  readonly path: GitPath;
  readonly status: ChangedPath['status'];
  readonly from?: GitPath | undefined;
  /** `000000` where it is gone. */
  readonly mode: string;
  /** All zeros, or empty, where git has not stored it: a file of the work tree. */
  readonly id: string;
  /** What it was; the mode `000000` where it was not there. */
  readonly before: TreeEntry;
}

const statuses: Readonly<Record<string, ChangedPath['status']>> = {
  A: 'added',
  // Git only looks for copies when it is asked to; to the guard a copy is a new file.
  C: 'added',
  D: 'deleted',
  R: 'renamed',
  T: 'type-changed',
};

const options: readonly string[] = [
  '-z',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
  '--ignore-submodules=dirty',
  '-M',
  '-l1000',
];

/** What changed, without reading a file but to find renames. See the formats in git-diff(1). */
export const rawFormat: readonly string[] = ['--raw', '--no-abbrev', ...options];
/** How many lines changed, which means to read every file. */
export const countFormat: readonly string[] = ['--numstat', ...options];

/** Reads the raw records of a diff, which come before anything else in it. */
export function parseRaw(fields: readonly GitPath[]): ChangeEntry[] {
  const entries = new Map<GitPath, ChangeEntry>();
  for (let at = 0; at < fields.length;) {
    const record = fields[at++] ?? '';
    if (!record.startsWith(':')) break;
    const [oldMode = '', mode = '', oldId = '', id = '', score = ''] = record.slice(1).split(' ');
    const letter = score.charAt(0);
    const isMoved = letter === 'R' || letter === 'C';
    const first = fields[at++] ?? ('' as GitPath);
    const path = isMoved ? (fields[at++] ?? ('' as GitPath)) : first;
    // An unmerged file has a record for each of its faces; the one that tells more comes second.
    entries.set(path, {
      path,
      status: statuses[letter] ?? 'modified',
      from: letter === 'R' ? first : undefined,
      mode,
      id,
      before: { mode: oldMode, id: oldId },
    });
  }
  return [...entries.values()];
}

export type LineCounts = ReadonlyMap<GitPath, { readonly addedLines: number; readonly removedLines: number }>;

/** Reads the line counts of a diff, after raw records or alone. Binary files have none. */
export function parseCounts(fields: readonly GitPath[]): LineCounts {
  const counts = new Map<GitPath, { addedLines: number; removedLines: number }>();
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? '';
    const first = field.indexOf('\t');
    const second = field.indexOf('\t', first + 1);
    // The record of a renamed file has no path; both follow as fields of their own. A raw record is followed by paths too.
    if (field.startsWith(':')) {
      at += /[RC]\d+$/.test(field) ? 2 : 1;
      continue;
    }
    if (second === field.length - 1) at += 2;
    const path = second === field.length - 1 ? fields[at] : field.slice(second + 1);
    if (path === undefined || field.startsWith('-')) continue;
    counts.set(path as GitPath, {
      addedLines: Number(field.slice(0, first)),
      removedLines: Number(field.slice(first + 1, second)),
    });
  }
  return counts;
}
