import { ChainedLog, type LogLine, ProcessLock } from '@codex-orch/core';
import { type Override, overrideSchema } from './override.js';
import { OVERRIDE_SUBJECT } from './override-text.js';

export interface AppendOverrideOptions {
  /** Who overrides, e.g. `human:ada@example.org`. */
  readonly actor: string;
  /** Where the lock's files go; outside of what git tracks. */
  readonly lock: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Appends an override to its log and resolves once it is on the disk.
 *
 * Throws `LockedError`, `LogDamagedError`, `LogWriteError`, and a `ZodError` for a record that is no override.
 */
export async function appendOverride(
  file: string,
  override: Override,
  { actor, lock, now }: AppendOverrideOptions,
): Promise<LogLine> {
  const data = overrideSchema.parse(override);
  await using _held = await ProcessLock.acquire(lock, `The override log ${file}`);
  await using log = await ChainedLog.open(file, { subject: OVERRIDE_SUBJECT, now });
  return await log.append({ actor, type: 'override', data });
}
