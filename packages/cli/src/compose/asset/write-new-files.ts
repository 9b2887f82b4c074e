import { lstat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, resolveInside } from '@codex-orch/core';
import type { RenderedFile } from '@codex-orch/templates';
import { FileExistsError } from '../../errors.js';

/** What is there may be somebody's work: all files are new, or none is written. Throws {@link FileExistsError} and `PathEscapesError`. */
export async function writeNewFiles(root: string, files: readonly RenderedFile[]): Promise<void> {
  const places = await Promise.all(
    files.map(async (file) => ({ ...file, place: await resolveInside(root, file.path) })),
  );
  for (const { path: name, place } of places)
    if (await lstat(place).catch(() => undefined)) throw new FileExistsError(name);
  for (const { path: name, place, text } of places) {
    await makeFolder(path.dirname(place));
    await writeFile(place, text, { flag: 'wx' }).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new FileExistsError(name) : error;
    });
  }
}
