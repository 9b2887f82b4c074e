import { createHash, randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isRunning, type ProcessIdentity, thisProcess } from '../lock/process-identity.js';

/** A draft lives for moments, so that one of this age has no owner, whoever and wherever that was; in milliseconds. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Process numbers say something on one machine, between two starts of it, in one namespace. */
const placeOf = ({ host, namespace }: ProcessIdentity): string => short(`${host}\0${namespace}`);

let own: { readonly tag: string; readonly place: string; readonly boot: string } | undefined;

const self = (): NonNullable<typeof own> => {
  if (own) return own;
  const me = thisProcess();
  const [place, boot] = [placeOf(me), short(me.boot)];
  return (own = { place, boot, tag: `${me.pid}-${me.started}-${boot}-${place}` });
};

/** The name of a file or folder that is of no use once this process has died; who finds it can tell. */
export const draftName = (prefix: string): string => `${prefix}${self().tag}.${randomBytes(6).toString('hex')}.tmp`;

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Removes the drafts with this prefix, or all of a folder, whose makers have died; those that cannot be removed stay. */
export async function removeDrafts(folder: string, prefix = ''): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const file = path.join(folder, name);
    const [tag] = (prefix === '' ? tagAtEnd : wholeTag).exec(name.slice(prefix.length)) ?? [];
    // In a folder that others can write to, what is theirs may be a trap.
    if (tag !== undefined && (await isOwn(file)) && (await isAbandoned(file, tag)))
      await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}

const isOwn = (file: string): Promise<boolean> =>
  lstat(file).then(
    ({ uid }) => process.getuid === undefined || uid === process.getuid(),
    () => false,
  );

const tagAtEnd = /\d{1,10}-\d*-[0-9a-f]{8}-[0-9a-f]{8}\.[0-9a-f]{12}\.tmp$/;
const wholeTag = new RegExp(`^${tagAtEnd.source}`);

async function isAbandoned(file: string, tag: string): Promise<boolean> {
  const [, pid, started = '', boot, place] =
    /^(\d{1,10})-(\d*)-([0-9a-f]{8})-([0-9a-f]{8})\.[0-9a-f]{12}\.tmp$/.exec(tag) ?? [];
  if (pid === undefined) return false;
  const me = self();
  if (place === me.place) return boot !== me.boot || !isRunning(Number(pid), started);
  const { mtimeMs } = await lstat(file).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs > abandonedAfterMs;
}
