import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What identifies the content of a file: its SHA-256 in lower-case hex, and its size. */
export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** Reads a file of any size in bounded memory. */
export async function sha256File(file: string, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(256 * 1024);
  const handle = await open(file, 'r');
  try {
    for (let bytes = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
