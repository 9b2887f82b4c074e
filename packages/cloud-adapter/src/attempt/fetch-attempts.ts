import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder, OrchError, sha256File } from '@codex-orch/core';
import type { CloudCli } from '../cli/cloud-cli.js';
import { type Backoff, nextWait, pollBackoff } from '../task/backoff.js';
import { patiently } from '../task/patiently.js';

/** The diff of one attempt as it came: hostile until it was applied somewhere safe. */
export interface FetchedDiff {
  readonly number: number;
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface FetchOptions {
  readonly cli: Pick<CloudCli, 'diff'>;
  /** Where the diffs go; made. */
  readonly dir: string;
  /** How many attempts were asked for. */
  readonly attempts: number;
  /** How often to look again for attempts that are not there yet; 3 by default. */
  readonly patience?: number | undefined;
  readonly backoff?: Backoff | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Larger diffs are no change that anybody reviews, in bytes. */
const maxDiffBytes = 32 * 1024 * 1024;

/** An attempt is larger than any honest change. */
export class CloudDiffTooLargeError extends OrchError {
  readonly code = 'cloud-diff-too-large';

  constructor(taskId: string, bytes: number) {
    super(`An attempt at task ${taskId} has ${Math.round(bytes / 1024 / 1024)} MiB.`, {
      hint: `At most ${maxDiffBytes / 1024 / 1024} MiB are taken; let the task leave out what is generated.`,
    });
  }
}

/**
 * Fetches the diffs of a ready task, at most as many as were asked for.
 *
 * A task counts as ready when its first attempt is; the others are looked for a few times more. Throws what `CloudCli.diff` throws and
 * {@link CloudDiffTooLargeError}.
 */
export async function fetchAttempts(taskId: string, options: FetchOptions): Promise<readonly FetchedDiff[]> {
  const { attempts, patience = attempts > 1 ? 3 : 0, backoff = pollBackoff, signal } = options;
  await makeFolder(options.dir, { mode: 0o700 });
  const found: FetchedDiff[] = [];
  for (let looks = 0; found.length < attempts;) {
    const next = await fetchOne(taskId, found.length + 1, options);
    if (next === undefined) {
      if (looks === patience) break;
      await delay(nextWait(backoff, looks, Math.random()), undefined, { signal });
      looks += 1;
      // Attempts are numbered by when they were made, so that one which was late can come before one that is here.
      found.length = 0;
    } else found.push(next);
  }
  return found;
}

async function fetchOne(
  taskId: string,
  number: number,
  { cli, dir, backoff, signal }: FetchOptions,
): Promise<FetchedDiff | undefined> {
  const file = path.join(dir, `attempt-${number}.patch`);
  const written = await patiently(() => cli.diff(taskId, number, file, { signal }), { backoff, signal });
  if (written === undefined) return undefined;
  const { sha256, bytes } = await sha256File(file, signal);
  if (bytes > maxDiffBytes) throw new CloudDiffTooLargeError(taskId, bytes);
  return { number, file, sha256, bytes };
}
