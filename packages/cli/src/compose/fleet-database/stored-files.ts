import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { ifAbsent, makeFolder, OrchError, resolveInside } from '@codex-orch/core';
import type { ArtifactDigest, ArtifactStore } from '@codex-orch/engine-dbos';
import { SnapshotDamagedError, SnapshotTooLargeError } from './errors.js';
import { maxSnapshotBytes, partBytes, safePath, type SnapshotFile } from './snapshot-format.js';

const digestOf = (bytes: Uint8Array): ArtifactDigest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.byteLength,
});

/** Stores bytes that are one part. */
export async function putPart(bytes: Uint8Array, store: ArtifactStore): Promise<ArtifactDigest> {
  const name = digestOf(bytes);
  if (!(await store.has(name))) await store.put(name, Readable.from([bytes]));
  return name;
}

/** Stores a file as it is when it is opened; what is appended later is left out. */
export async function putFile(place: string, store: ArtifactStore): Promise<ArtifactDigest[]> {
  const handle = await open(place, 'r');
  try {
    const { size } = await handle.stat();
    if (size > maxSnapshotBytes) throw new SnapshotTooLargeError(maxSnapshotBytes);
    const parts: ArtifactDigest[] = [];
    for (let at = 0; at < size;) {
      const part = Buffer.alloc(Math.min(partBytes, size - at));
      let length = 0;
      while (length < part.length) {
        const { bytesRead } = await handle.read(part, length, part.length - length, at + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      if (length === 0) break;
      parts.push(await putPart(part.subarray(0, length), store));
      at += length;
    }
    return parts;
  } finally {
    await handle.close();
  }
}

/** Stores the files of a folder that `takes` says yes to; links, and names that are not ours, are left out. */
export async function putFolder(
  folder: string,
  store: ArtifactStore,
  takes: (relative: string) => boolean = () => true,
): Promise<SnapshotFile[]> {
  const found: SnapshotFile[] = [];
  const entries = await ifAbsent(readdir(folder, { recursive: true, withFileTypes: true }), []);
  for (const entry of entries) {
    const relative = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (!entry.isFile() || !safePath.test(relative) || !takes(relative)) continue;
    const parts = await ifAbsent(putFile(path.join(folder, relative), store), undefined);
    if (parts) found.push({ path: relative, parts });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Throws {@link SnapshotDamagedError} when it is not there, or not as it was stored. */
export async function getPart(runId: string, part: ArtifactDigest, store: ArtifactStore): Promise<Buffer> {
  try {
    return await buffer(await store.get(part));
  } catch (error) {
    throw damaged(runId, error);
  }
}

/** A store that fails is told as such; what is missing or other than it should be is our loss. */
function damaged(runId: string, error: unknown): unknown {
  const isLoss = error instanceof OrchError && ['artifact-mismatch', 'artifact-missing'].includes(error.code);
  return isLoss ? new SnapshotDamagedError(runId, error.message, error) : error;
}

/** Writes stored parts one after the other into a new file. */
export async function getFile(
  place: string,
  parts: readonly ArtifactDigest[],
  { runId, store }: { readonly runId: string; readonly store: ArtifactStore },
): Promise<void> {
  async function* content(): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield await getPart(runId, part, store);
  }
  await pipeline(Readable.from(content()), createWriteStream(place, { mode: 0o600, flags: 'wx' }));
}

/**
 * Writes files of a snapshot into a folder. One that is cut off leaves a folder that is not whole: it is to be one that nobody else uses
 * yet.
 *
 * Throws {@link SnapshotDamagedError}, and `PathEscapesError` where the folder has links that lead out of it.
 */
export async function getFolder(
  folder: string,
  wanted: readonly SnapshotFile[],
  from: { readonly runId: string; readonly store: ArtifactStore },
): Promise<void> {
  for (const { path: relative, parts } of wanted) {
    const place = await resolveInside(folder, relative);
    await makeFolder(path.dirname(place), { mode: 0o700 });
    await getFile(place, parts, from);
  }
}
