import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { draftName, removeDrafts } from './draft.js';
import { writeError } from './errors.js';

/**
 * Makes a folder that only its owner can read, for what lives shorter than this process; those of its kind that processes which
 * died left in the same place are removed. Whoever made it removes it.
 *
 * Throws `NotWritableError` and `DiskFullError`.
 */
export async function makeScratchFolder(kind: string, parent: string = tmpdir()): Promise<string> {
  const prefix = `codex-orch-${kind}-`;
  const folder = path.join(parent, draftName(prefix));
  await removeDrafts(parent, prefix);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    throw writeError(folder, error);
  }
  return folder;
}
