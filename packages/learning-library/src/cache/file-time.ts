import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '@codex-orch/core';
import type { FileTime } from './verdicts.js';

/** The time by the clock that stamps files, as coarse as it is: that of a file that is made in this folder. Undefined where none can be. */
export async function fileTimeIn(folder: string): Promise<FileTime | undefined> {
  try {
    await makeFolder(folder, { mode: 0o700 });
    const file = path.join(folder, `.${randomUUID()}.time`);
    const fd = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const { mtimeMs, ctimeMs, dev } = fstatSync(fd);
      return { at: Math.min(mtimeMs, ctimeMs), dev };
    } finally {
      closeSync(fd);
      rmSync(file, { force: true });
    }
  } catch {
    return undefined;
  }
}
