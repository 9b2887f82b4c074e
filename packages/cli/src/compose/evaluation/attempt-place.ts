import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { LockedError, makeFolder, OrchError, ProcessLock, removeTree } from '@codex-orch/core';

/** Evaluations of goals that can be at work at the same time. */
const places = 16;

/** As many evaluations of goals are at work as there are places for. */
class AttemptPlacesTakenError extends OrchError {
  readonly code = 'eval-places-taken';

  constructor(folder: string, holders: readonly LockedError[]) {
    super(`${places} evaluations of goals are at work in ${folder}, and there is no place for more.`, {
      hint: `Wait for one of them to end. Of one that cannot be asked whether it lives, such as in another container: ${holders[0]?.hint ?? ''}`,
      cause: holders[0],
    });
  }
}

/** Where the attempts of one evaluation are made. */
export interface AttemptPlace extends AsyncDisposable {
  readonly dir: string;
  /** Those of all other evaluations, also of such as begin later. */
  readonly others: readonly string[];
}

/**
 * Takes a place in a folder. All places are there before the first attempt begins: what comes into being later, a sandbox that is set up
 * now cannot hide. For the same reason none of them is ever removed; what one that was killed left in it is.
 *
 * Throws {@link AttemptPlacesTakenError}.
 */
export async function takeAttemptPlace(folder: string): Promise<AttemptPlace> {
  const all = Array.from({ length: places }, (_, index) => path.join(folder, `${index + 1}`));
  for (const dir of all) await makeFolder(dir, { mode: 0o700 });
  const holders: LockedError[] = [];
  for (const dir of all) {
    const lock = await lockOf(dir);
    if (lock instanceof LockedError) {
      holders.push(lock);
      continue;
    }
    await empty(dir);
    return {
      dir,
      others: all.filter((other) => other !== dir),
      [Symbol.asyncDispose]: async () => {
        await using _lock = lock;
        await empty(dir);
      },
    };
  }
  throw new AttemptPlacesTakenError(folder, holders);
}

/** The error where a process holds it that may live. */
async function lockOf(dir: string): Promise<ProcessLock | LockedError> {
  try {
    return await ProcessLock.acquire(`${dir}.lock`, `the place ${dir}`);
  } catch (error) {
    if (error instanceof LockedError) return error;
    throw error;
  }
}

async function empty(dir: string): Promise<void> {
  for (const name of await readdir(dir)) await removeTree(path.join(dir, name));
}
