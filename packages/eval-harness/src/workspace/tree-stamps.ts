import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** What git can keep of an entry. */
export type ContentKind = 'file' | 'program' | 'link';

interface Stamp {
  readonly stat: string;
  /** Undefined for what is neither a file nor a link, such as a socket, and for what is called `.git`, wherever that is. */
  readonly kind: ContentKind | undefined;
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
  const now = nowNs();
  for (const [file, stat] of entriesOf(tree, ignored))
    stamps.set(file, {
      stat: statText(stat),
      kind: kindOf(file, stat),
      digest: isYoung(stat, now) ? digestOf(path.join(tree, file), stat) : undefined,
    });
  return stamps;
}

/** Whether a file is certainly what it was when it was stamped earlier. */
export const isSameFile = (before: Stamp | undefined, now: Stamp): boolean =>
  before?.stat === now.stat && before.digest === now.digest;

/**
 * The stamps of a folder that is as it was when these were taken, of which fewer are of young files; undefined where it is not as it was.
 */
export function stampedAgain(tree: string, ignored: ReadonlySet<string>, stamps: TreeStamps): TreeStamps | undefined {
  const again = new Map<string, Stamp>();
  const now = nowNs();
  for (const [file, stat] of entriesOf(tree, ignored)) {
    const before = stamps.get(file);
    if (before?.stat !== statText(stat)) return undefined;
    if (before.digest === undefined) again.set(file, before);
    else if (before.digest === digestOf(path.join(tree, file), stat))
      again.set(file, isYoung(stat, now) ? before : { ...before, digest: undefined });
    else return undefined;
  }
  return again.size === stamps.size ? again : undefined;
}

/** Of one file or link; undefined where there is none. */
export function stampOf(place: string): string | undefined {
  const stat = lstatSync(place, { bigint: true, throwIfNoEntry: false });
  return stat && statText(stat);
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

const isYoung = ({ ctimeNs }: BigIntStats, now: bigint): boolean => ctimeNs + youngNs > now;

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

/** All folders in a tree, but for what is ignored at its top. */
export function* foldersIn(tree: string, ignored: ReadonlySet<string>, at = ''): Generator<string> {
  for (const entry of readdirSync(path.join(tree, at), { withFileTypes: true })) {
    if (!entry.isDirectory() || (at === '' && ignored.has(entry.name))) continue;
    const folder = at === '' ? entry.name : `${at}/${entry.name}`;
    yield folder;
    yield* foldersIn(tree, ignored, folder);
  }
}

function kindOf(file: string, stat: BigIntStats): ContentKind | undefined {
  if (/(?:^|\/)\.git(?:\/|$)/i.test(file)) return undefined;
  if (stat.isSymbolicLink()) return 'link';
  if (!stat.isFile()) return undefined;
  return stat.mode & 0o100n ? 'program' : 'file';
}

const statText = ({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string =>
  [size, mtimeNs, ctimeNs, ino, mode].join(' ');

function digestOf(place: string, stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return readlinkSync(place);
  return stat.isFile() ? createHash('sha256').update(readFileSync(place)).digest('hex') : '';
}
