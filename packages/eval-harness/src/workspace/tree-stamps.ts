import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

interface Stamp {
  readonly stat: string;
  /** False for what is neither a file nor a link, such as a socket. */
  readonly isContent: boolean;
  /** Where the file is so young that it could be changed once more without its times showing it. */
  readonly digest: string | undefined;
}

/** By what a folder is known again without reading its files: their sizes, times, inodes and modes. */
export type TreeStamps = ReadonlyMap<string, Stamp>;

/** Longer than the clock of any file system that Linux has for programs stands still. */
const youngNs = 50_000_000n;

/**
 * The stamps of all files and links of a folder. Take them before the folder is read for what they stand for: what changes in between
 * then shows.
 *
 * @param ignored names at the top that are left out
 */
export function stampsOf(tree: string, ignored: ReadonlySet<string>): TreeStamps {
  const stamps = new Map<string, Stamp>();
  const now = BigInt(Date.now()) * 1_000_000n;
  for (const [file, stat] of entriesOf(tree, ignored))
    stamps.set(file, {
      stat: statText(stat),
      isContent: stat.isFile() || stat.isSymbolicLink(),
      digest: stat.ctimeNs + youngNs > now ? digestOf(path.join(tree, file), stat) : undefined,
    });
  return stamps;
}

/** The files and links that git can keep: what is called `.git` it never does, wherever that is. */
export const contentOf = (stamps: TreeStamps): readonly string[] =>
  [...stamps]
    .filter(([file, { isContent }]) => isContent && !/(?:^|\/)\.git(?:\/|$)/i.test(file))
    .map(([file]) => file);

/** Whether a folder is as it was when these stamps were taken. */
export function isAsStamped(tree: string, ignored: ReadonlySet<string>, stamps: TreeStamps): boolean {
  let seen = 0;
  for (const [file, stat] of entriesOf(tree, ignored)) {
    const before = stamps.get(file);
    if (before?.stat !== statText(stat)) return false;
    if (before.digest !== undefined && before.digest !== digestOf(path.join(tree, file), stat)) return false;
    seen += 1;
  }
  return seen === stamps.size;
}

/** Not asynchronous: a few hundred files take less than one turn of a thread pool. */
function* entriesOf(
  tree: string,
  ignored: ReadonlySet<string>,
  at = '',
): Generator<readonly [file: string, stat: BigIntStats]> {
  for (const entry of readdirSync(path.join(tree, at), { withFileTypes: true })) {
    if (at === '' && ignored.has(entry.name)) continue;
    const file = at === '' ? entry.name : `${at}/${entry.name}`;
    if (entry.isDirectory()) yield* entriesOf(tree, ignored, file);
    else yield [file, lstatSync(path.join(tree, file), { bigint: true })];
  }
}

const statText = ({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string =>
  [size, mtimeNs, ctimeNs, ino, mode].join(' ');

function digestOf(place: string, stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return readlinkSync(place);
  return stat.isFile() ? createHash('sha256').update(readFileSync(place)).digest('hex') : '';
}
