import { git, type GitOptions } from './git.js';
import { splitNul, textOf } from './git-path.js';

export interface ReadTexts {
  /** Paths in the tree, with slashes. */
  readonly paths: readonly string[];
  /** Larger files are left out. */
  readonly maxBytes: number;
}

/** More paths than this are looked for in a list of the whole tree: a command line has an end. */
const maxNamed = 500;

/** The texts of regular files of a tree, by path. Links, binary files and what is not there are left out. */
export async function readTexts(
  tree: string,
  { paths, maxBytes }: ReadTexts,
  options: GitOptions,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths);
  if (wanted.size === 0) return new Map();
  const named = wanted.size > maxNamed ? [] : ['--', ...wanted];
  const listed = splitNul(
    await git(['ls-tree', '-r', '-z', '--long', '--full-tree', '--end-of-options', tree, ...named], options),
  );
  const files = listed.flatMap((entry) => {
    const tab = entry.indexOf('\t');
    const [mode = '', , id = '', size = ''] = entry.slice(0, tab).split(/ +/);
    const path = textOf(entry.slice(tab + 1) as typeof entry);
    return wanted.has(path) && mode.startsWith('100') && Number(size) <= maxBytes ? [{ path, id }] : [];
  });
  if (files.length === 0) return new Map();
  const output = await git(['cat-file', '--batch'], { ...options, input: files.map(({ id }) => `${id}\n`).join('') });
  const texts = new Map<string, string>();
  let at = 0;
  for (const { path } of files) {
    const start = output.indexOf(0x0a, at) + 1;
    const size = Number(
      output
        .subarray(at, start - 1)
        .toString('latin1')
        .split(' ')[2],
    );
    const content = output.subarray(start, start + size);
    if (!content.includes(0)) texts.set(path, content.toString('utf8'));
    at = start + size + 1;
  }
  return texts;
}
