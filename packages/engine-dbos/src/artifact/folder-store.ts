import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactDigest, ArtifactStore } from './artifact-store.js';
import { ArtifactMissingError, ArtifactStoreError } from './errors.js';
import { checkName, Verified } from './verified.js';

/** Artifacts in a folder that all machines see, such as a network mount: `ab/cdef…`. */
export class FolderArtifactStore implements ArtifactStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #place(digest: ArtifactDigest): string {
    const { sha256 } = checkName(digest);
    return path.join(this.#folder, sha256.slice(0, 2), sha256.slice(2));
  }

  async put(digest: ArtifactDigest, content: Readable): Promise<void> {
    const place = this.#place(digest);
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
      throw (error as NodeJS.ErrnoException).syscall === undefined
        ? error
        : new ArtifactStoreError(this.#folder, (error as Error).message, error);
    }
  }

  async get(digest: ArtifactDigest): Promise<Readable> {
    if (!(await this.has(digest))) throw new ArtifactMissingError(digest, this.#folder);
    const verified = new Verified(digest);
    // What fails reaches the reader through the stream.
    pipeline(createReadStream(this.#place(digest)), verified).catch(() => undefined);
    return verified;
  }

  async has(digest: ArtifactDigest): Promise<boolean> {
    try {
      const entry = await stat(this.#place(digest));
      return entry.isFile() && entry.size === digest.bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
