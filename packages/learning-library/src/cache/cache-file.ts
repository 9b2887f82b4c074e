import { createHash, timingSafeEqual } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, OrchError, readStart, writeFileAtomic } from '@codex-orch/core';

const DIGEST = 32;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_FILES = 40;

/** `key` stands for all that decides about the output but the files: assets, options, versions. */
export const cacheFile = (folder: string, key: string, kind: 'contents' | 'verdicts'): string =>
  path.join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.${kind}.cache`);

/** What was kept; undefined where there is nothing, or it is not what was written. */
export async function readCache(file: string): Promise<Buffer | undefined> {
  try {
    const { bytes } = await readStart(file, { maxBytes: MAX_BYTES });
    const body = bytes.subarray(DIGEST);
    return timingSafeEqual(digestOf(body), bytes.subarray(0, DIGEST)) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps something for the next time. What cannot be written is no error; of many, the oldest go. */
export async function writeCache(file: string, body: Buffer): Promise<void> {
  try {
    const folder = path.dirname(file);
    await makeFolder(folder, { mode: 0o700 });
    await writeFileAtomic(file, Buffer.concat([digestOf(body), body]), { mode: 0o600, durable: false });
    await removeOldest(folder);
  } catch (error) {
    if (!(error instanceof OrchError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

const digestOf = (body: Buffer): Buffer => createHash('sha256').update(body).digest();

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cache'));
  if (names.length <= MAX_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await lstat(file)).mtimeMs };
    }),
  );
  files.sort((a, b) => b.at - a.at);
  for (const { file } of files.slice(MAX_FILES)) await rm(file, { force: true });
}
