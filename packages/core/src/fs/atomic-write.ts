import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { draftName, removeDrafts } from './draft.js';
import { writeError } from './errors.js';

export interface WriteFileAtomicOptions {
  /** Permission bits of the file, before the umask; 0o666 by default. */
  readonly mode?: number | undefined;
  /** Resolve only once the file and its name are on the disk; true by default. */
  readonly durable?: boolean | undefined;
}

/**
 * Replaces a file in one step: readers see the old content or the new, never a part, and so does a restart after a crash.
 *
 * A symbolic link in its place is replaced, not followed. Throws {@link NotWritableError} and {@link DiskFullError}; the old file is then untouched.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  const { mode = 0o666, durable = true } = options;
  const folder = path.dirname(file);
  // Rename is atomic within one file system only, so the temporary file lives beside the target.
  const drafts = `.${path.basename(file)}.`;
  const temporary = path.join(folder, draftName(drafts));
  try {
    // Those of writers that were killed: whoever writes the file anew is the one who passes here again.
    await removeDrafts(folder, drafts);
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(data);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    if (durable) await syncFolder(folder);
  } catch (error) {
    // Whatever goes wrong here is not what went wrong.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(file, error);
  }
}

/** Puts the names in a folder on the disk: a new file is not durable before its name is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
