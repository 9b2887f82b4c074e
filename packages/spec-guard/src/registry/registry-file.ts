import { readStart, writeFileAtomic, ProcessLock, LockedError } from '@codex-orch/core';
import { setTimeout as delay } from 'node:timers/promises';
import { RegistryBusyError, RegistryUnreadableError } from './errors.js';
import { MAX_REGISTRY } from './read-registry.js';

/** UTF-8 needs at most this many bytes for a text that is not too long. */
const MAX_BYTES = MAX_REGISTRY * 3;
const TRIES = 5;

export interface UpdateRegistryOptions {
  /** Where the lock's files go; outside of what git tracks. */
  readonly lock: string;
  /** How long to wait for another process that writes, in milliseconds; 5000 by default. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Changes a registry's file: writers wait for each other, readers see the old text or the new one, and what an editor wrote meanwhile
 * is never lost: `change` is then called again, with that.
 *
 * `change` gets the empty text where there is no file. Returns the text that was written. Throws {@link RegistryBusyError},
 * {@link RegistryUnreadableError}, `LockedError`, and what `change` throws; the file is then as it was.
 */
export async function updateRegistry(
  file: string,
  change: (text: string) => string | Promise<string>,
  { lock, patienceMs = 5000, signal }: UpdateRegistryOptions,
): Promise<string> {
  await using _held = await acquire(lock, file, patienceMs, signal);
  for (let tries = 0; tries < TRIES; tries += 1) {
    signal?.throwIfAborted();
    const before = await read(file);
    const text = await change(before?.toString('utf8') ?? '');
    const now = await read(file);
    if (before === undefined ? now !== undefined : !now?.equals(before)) continue;
    if (before?.equals(Buffer.from(text))) return text;
    await writeFileAtomic(file, text);
    return text;
  }
  throw new RegistryBusyError(file);
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    const { bytes, size } = await readStart(file, { maxBytes: MAX_BYTES });
    if (size > bytes.length) throw new RegistryUnreadableError(file, `it has ${size} bytes`);
    return bytes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new RegistryUnreadableError(file, 'it is a symbolic link');
    if (code === 'EINVAL' || code === 'EISDIR') throw new RegistryUnreadableError(file, 'it is no regular file');
    throw error;
  }
}

async function acquire(lock: string, file: string, patienceMs: number, signal?: AbortSignal): Promise<ProcessLock> {
  // The monotonic clock only measures patience; no rule depends on it.
  const end = performance.now() + patienceMs;
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    try {
      return await ProcessLock.acquire(lock, `The registry ${file}`);
    } catch (error) {
      if (!(error instanceof LockedError) || performance.now() > end) throw error;
      await delay(wait, undefined, { signal });
    }
  }
}
