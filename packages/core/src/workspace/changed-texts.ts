import { git, type GitOptions } from './git.js';
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
  const ask = (how: string, of: readonly string[]) =>
    git(['cat-file', how], { ...options, input: of.map((id) => `${id}\n`).join('') });
  // Sizes first: a file may be larger than anything that is to be held in memory.
  const sizes = (await ask('--batch-check=%(objectname) %(objectsize)', ids)).toString('latin1').trim().split('\n');
  const small = sizes.flatMap((line) => {
    const [id = '', size = ''] = line.split(' ');
    return Number(size) <= maxBytes ? [id] : [];
  });
  if (small.length === 0) return texts;
  const output = await ask('--batch', small);
  let at = 0;
  for (const id of small) {
    const start = output.indexOf(0x0a, at) + 1;
    const [, , size] = output.toString('latin1', at, start - 1).split(' ');
    const content = output.subarray(start, start + Number(size));
    if (!content.includes(0)) texts.set(id, content.toString('utf8'));
    at = start + Number(size) + 1;
  }
  return texts;
}
