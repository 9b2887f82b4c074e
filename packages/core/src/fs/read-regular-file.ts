import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export interface ReadStartOptions {
  /** At most this many bytes are read. */
  readonly maxBytes: number;
  /** Whether the file may be a symbolic link. */
  readonly followLinks?: boolean | undefined;
}

/** The first bytes of a file. */
export interface FileStart {
  readonly bytes: Buffer;
  /** Size of the whole file. */
  readonly size: number;
}

/**
 * Reads the start of a file that somebody else may have put there: a device or a pipe is refused without waiting for it.
 *
 * Throws what opening throws (`ELOOP` for a link that may not be followed), and an error with the code `EINVAL` for what is no file.
 */
export async function readStart(file: string, { maxBytes, followLinks = false }: ReadStartOptions): Promise<FileStart> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW);
  const handle = await open(file, flags);
  try {
    const entry = await handle.stat();
    if (!entry.isFile()) throw Object.assign(new Error('it is not a regular file'), { code: 'EINVAL' });
    const buffer = Buffer.alloc(Math.min(maxBytes, entry.size));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { bytes: buffer.subarray(0, length), size: entry.size };
  } finally {
    await handle.close();
  }
}
