import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ifAbsent } from '@codex-orch/core';
import {
  type ArtifactDigest,
  type ArtifactStore,
  graceMs,
  recentMs,
  type SharedPlace,
  type Swept,
} from './artifact-store.js';
import { ArtifactMissingError, ArtifactStoreError } from './errors.js';
import { checkName, Verified } from './verified.js';

/** What a sweep was about to remove when it was cut off. */
const swept = '.swept';

/**
 * Artifacts in a folder that all machines see, such as a network mount: `ab/cdef…`.
 *
 * When one was last put or asked for is the time of its file, so clocks of machines may differ, by less than what is told in hours.
 */
export class FolderArtifactStore implements ArtifactStore {
  readonly #shared: string;
  readonly #own: SharedPlace['own'];
  #root: Promise<string> | undefined;

  constructor(folder: string, { own }: SharedPlace = {}) {
    this.#shared = folder;
    this.#own = own;
  }

  /** Where the artifacts of this database are. */
  async #folder(): Promise<string> {
    const own = this.#own;
    if (!own) return this.#shared;
    this.#root ??= own().then((name) => path.join(this.#shared, name));
    this.#root.catch(() => {
      this.#root = undefined;
    });
    return this.#root;
  }

  async put(digest: ArtifactDigest, content: Readable): Promise<void> {
    const place = placeIn(await this.#folder(), digest);
    if (await this.has(digest)) {
      content.destroy();
      return;
    }
    const draft = `${place}.${randomUUID()}.draft`;
    try {
      await mkdir(path.dirname(place), { recursive: true });
      await pipeline(content, new Verified(digest), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
      await synced(draft);
      await rename(draft, place);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw this.#explained(error);
    }
  }

  /** A share that is away or full says nothing about what was to be stored. */
  #explained = (error: unknown): unknown =>
    (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : new ArtifactStoreError(this.#shared, (error as Error).message, error);

  async #seen(place: string, { bytes }: ArtifactDigest): Promise<{ readonly mtimeMs: number } | undefined> {
    const entry = await ifAbsent(stat(place), undefined).catch((error: unknown) => {
      throw this.#explained(error);
    });
    return entry?.isFile() && entry.size === bytes ? entry : undefined;
  }

  async get(digest: ArtifactDigest): Promise<Readable> {
    for (const folder of [await this.#folder(), this.#shared]) {
      const place = placeIn(folder, digest);
      if (!(await this.#seen(place, digest))) continue;
      const verified = new Verified(digest);
      // What fails reaches the reader through the stream.
      pipeline(createReadStream(place), verified).catch(() => undefined);
      return verified;
    }
    throw new ArtifactMissingError(digest, this.#shared);
  }

  async has(digest: ArtifactDigest): Promise<boolean> {
    const place = placeIn(await this.#folder(), digest);
    const entry = await this.#seen(place, digest);
    if (!entry) return false;
    const now = new Date();
    if (now.getTime() - entry.mtimeMs < recentMs) return true;
    // Whoever removes it at this moment has given it another name, or will see the new time and give it this one back.
    return ifAbsent(
      utimes(place, now, now).then(() => true),
      false,
    ).catch((error: unknown) => {
      throw this.#explained(error);
    });
  }

  async sweep(named: ReadonlySet<string>, options: { readonly dryRun: boolean }): Promise<Swept> {
    const root = await this.#folder();
    try {
      return await sweepFolder(root, named, options);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

async function sweepFolder(
  root: string,
  named: ReadonlySet<string>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Swept> {
  const oldest = Date.now() - graceMs;
  let [count, bytes] = [0, 0];
  for (const start of await ifAbsent(readdir(root), []))
    for (const rest of /^[0-9a-f]{2}$/.test(start) ? await ifAbsent(readdir(path.join(root, start)), []) : []) {
      const place = path.join(root, start, rest);
      const [sha256 = ''] = /^[0-9a-f]{64}(?=$|\.)/.exec(`${start}${rest}`) ?? [];
      if (sha256 === '') continue;
      const isWhole = rest.length === sha256.length - start.length;
      if (isWhole && named.has(sha256)) continue;
      const gone = dryRun ? await agedBytes(place, oldest) : await (isWhole ? removeAged : removeRest)(place, oldest);
      if (gone === undefined) continue;
      bytes += gone;
      count += 1;
    }
  return { count, bytes };
}

async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const placeIn = (folder: string, digest: ArtifactDigest): string => {
  const { sha256 } = checkName(digest);
  return path.join(folder, sha256.slice(0, 2), sha256.slice(2));
};

/** The bytes of a file that nobody put or asked for since a moment; undefined where somebody did, or where it is none. */
async function agedBytes(place: string, oldest: number): Promise<number | undefined> {
  const entry = await ifAbsent(stat(place), undefined);
  return entry?.isFile() && entry.mtimeMs < oldest ? entry.size : undefined;
}

/** Removes an artifact unless somebody asks for it meanwhile: under its other name nobody can. */
async function removeAged(place: string, oldest: number): Promise<number | undefined> {
  if ((await agedBytes(place, oldest)) === undefined) return undefined;
  const aside = `${place}${swept}`;
  await ifAbsent(rename(place, aside), undefined);
  return removeRest(aside, oldest);
}

/** Removes what a sweep or a writer that was cut off left; an artifact that was asked for since gets its name back. */
async function removeRest(place: string, oldest: number): Promise<number | undefined> {
  const bytes = await agedBytes(place, oldest);
  if (bytes !== undefined) await rm(place, { force: true });
  else if (place.endsWith(swept)) await ifAbsent(rename(place, place.slice(0, -swept.length)), undefined);
  return bytes;
}
