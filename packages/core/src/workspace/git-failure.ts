import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { CommandResult } from '../process/run-command.js';
import { DiskFullError } from '../fs/errors.js';
import { GitFailedError } from './errors.js';
import type { GitOptions } from './git.js';

/** With less room than this, a write that failed failed for want of room; in bytes. */
const nearlyNothing = 1024 * 1024;

const couldNotWrite =
  /unable to write|couldn't write|unable to create|write (error|failure)|diskspace|No space left|quota exceeded/i;

/** What a git that failed died of: of a full disk, which git itself does not always say, or of something else. */
export async function gitFailure(command: string, result: CommandResult, options: GitOptions): Promise<Error> {
  const stderr = result.stderr.toString('utf8');
  const failed = new GitFailedError(command, result.exitCode, stderr);
  if (!couldNotWrite.test(stderr)) return failed;
  const { stdoutTo, workTree, gitDir, cwd } = options;
  for (const place of [stdoutTo === undefined ? undefined : path.dirname(stdoutTo), workTree, gitDir ?? cwd]) {
    if (place !== undefined && (await isFull(place))) return new DiskFullError(place, failed);
  }
  return failed;
}

async function isFull(place: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(place).catch(() => ({ bavail: Infinity, bsize: 1 }));
  return bavail * bsize < nearlyNothing;
}
