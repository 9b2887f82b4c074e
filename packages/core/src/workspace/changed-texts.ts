import { git, type GitOptions, gitResult } from './git.js';
import { gitPathOf } from './git-path.js';
import type { ChangedEntry } from './tree-changes.js';

export interface ReadTexts {
  /** Paths in the tree, with slashes. */
  readonly paths: readonly string[];
  /** Larger files are left out. */
  readonly maxBytes: number;
}

/** A changed file as it was and as it is; undefined where it is not there, a link, binary or too large. */
export interface ChangedText {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const isRegular = (mode: string): boolean => mode.startsWith('100');

/** The texts of changed files, by path; a path that is not changed is left out. */
export async function changedTexts(
  entries: readonly ChangedEntry[],
  { paths, maxBytes }: ReadTexts,
  options: GitOptions,
): Promise<ReadonlyMap<string, ChangedText>> {
  const byPath = new Map<string, ChangedEntry>(entries.map((entry) => [entry.path, entry]));
  const wanted = paths.flatMap((path) => {
    const entry = byPath.get(gitPathOf(path));
    return entry ? [{ path, entry }] : [];
  });
  const ids = wanted.flatMap(({ entry: { oldMode, oldId, newMode, newId } }) => [
    ...(isRegular(oldMode) ? [oldId] : []),
    ...(isRegular(newMode) ? [newId] : []),
  ]);
  const texts = await blobTexts([...new Set(ids)], maxBytes, options);
  return new Map(
    wanted.map(({ path, entry: { oldMode, oldId, newMode, newId } }) => [
      path,
      {
        before: isRegular(oldMode) ? texts.get(oldId) : undefined,
        after: isRegular(newMode) ? texts.get(newId) : undefined,
      },
    ]),
  );
}

async function blobTexts(
  ids: readonly string[],
  maxBytes: number,
  options: GitOptions,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  if (ids.length === 0) return texts;
  // As a rule they are small, and then one git tells all.
  const input = linesOf(ids);
  const all = await gitResult(['cat-file', '--batch'], { ...options, input, keepBytes: atOnceBytes });
  const isAll = all.exitCode === 0 && !all.truncated;
  const [asked, output] = isAll ? [ids, all.stdout] : await smallOnes(ids, maxBytes, options);
  let at = 0;
  for (const id of asked) {
    const start = output.indexOf(0x0a, at) + 1;
    const size = Number(output.toString('latin1', at, start - 1).split(' ')[2] ?? Number.NaN);
    at = start;
    // One that is missing has no content to be skipped.
    if (Number.isNaN(size)) continue;
    const content = output.subarray(start, start + size);
    if (size <= maxBytes && !content.includes(0)) texts.set(id, content.toString('utf8'));
    at = start + size + 1;
  }
  return texts;
}

const atOnceBytes = 4 * 1024 * 1024;

const linesOf = (ids: readonly string[]): string => ids.map((id) => `${id}\n`).join('');

/** Sizes first: a file may be larger than anything that is to be held in memory. */
async function smallOnes(
  ids: readonly string[],
  maxBytes: number,
  options: GitOptions,
): Promise<readonly [readonly string[], Buffer]> {
  const ask = (how: string, of: readonly string[]) => git(['cat-file', how], { ...options, input: linesOf(of) });
  const sizes = (await ask('--batch-check=%(objectname) %(objectsize)', ids)).toString('latin1').trim().split('\n');
  const small = sizes.flatMap((line) => {
    const [id = '', size = ''] = line.split(' ');
    return Number(size) <= maxBytes ? [id] : [];
  });
  return [small, small.length === 0 ? Buffer.alloc(0) : await ask('--batch', small)];
}
