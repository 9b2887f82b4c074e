import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { OrchError } from '../errors/orch-error.js';
import { failpoint } from '../failpoint/failpoint.js';
import { draftName, removeDrafts } from '../fs/draft.js';
import { writeError } from '../fs/errors.js';
import { ifAbsent } from '../fs/if-absent.js';
import { makeFolder } from '../fs/make-folder.js';
import { hasEnded, namespace, thisProcess } from './process-identity.js';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Differs after a reboot; empty where the system does not tell. */
  boot: z.string(),
  /** The process number's namespace: in another one the same number is another process. */
  namespace: z.string().default(''),
  /** When the process started, in the kernel's ticks; empty where the system does not tell. */
  started: z.string(),
  since: z.string(),
  released: z.boolean(),
});

/** Who holds a lock. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** Another live process holds the lock. */
export class LockedError extends OrchError {
  readonly code = 'locked';
  override readonly interrupts = true;
  readonly holder: LockHolder | undefined;

  constructor(what: string, holder: LockHolder | undefined, file: string) {
    const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'another process';
    const isNear = holder === undefined || (holder.host === os.hostname() && holder.namespace === namespace());
    super(`${what} is in use by ${who}.`, {
      hint: isNear
        ? 'Wait for it to end, or cancel it; a lock whose process has died frees itself.'
        : `Whether that process lives cannot be seen from here. If you know that it is dead, delete ${file}.`,
    });
    this.holder = holder;
  }
}

const isHeld = (holder: LockHolder): boolean => !holder.released && !hasEnded(holder);

async function readHolder(file: string): Promise<LockHolder | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // A lock that cannot be read is nobody's to take.
    throw writeError(file, error);
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The generations of a lock, highest first. */
async function generations(base: string): Promise<number[]> {
  const prefix = `${path.basename(base)}.`;
  const names = await readdir(path.dirname(base));
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
}

/**
 * A lock that a process holds while it lives.
 *
 * The file `BASE.N` names the holder of generation N, and the highest generation is the one that counts. A generation
 * is made only when the one below it is released or its process dead, and by `link`, which only one contender can win.
 * No file of the highest generation is ever removed, so that a slow contender cannot win a generation that has passed.
 */
export class ProcessLock implements AsyncDisposable {
  readonly #base: string;
  readonly #file: string;
  readonly #holder: LockHolder;

  private constructor(base: string, file: string, holder: LockHolder) {
    this.#base = base;
    this.#file = file;
    this.#holder = holder;
  }

  /** Throws {@link LockedError} when a live process holds the lock, `NotWritableError` and `DiskFullError`. `what` is named in messages. */
  static async acquire(base: string, what: string): Promise<ProcessLock> {
    const holder: LockHolder = { ...thisProcess(), since: new Date().toISOString(), released: false };
    try {
      await makeFolder(path.dirname(base));
      await removeDrafts(path.dirname(base), `${path.basename(base)}.`);
      const draft = draftName(`${base}.`);
      try {
        await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
        return await ProcessLock.#contend(base, what, holder, draft);
      } finally {
        await unlink(draft).catch(() => undefined);
      }
    } catch (error) {
      throw writeError(base, error);
    }
  }

  static async #contend(base: string, what: string, holder: LockHolder, draft: string): Promise<ProcessLock> {
    for (;;) {
      const [highest = 0] = await generations(base);
      if (highest > 0) {
        const current = await readHolder(`${base}.${highest}`);
        if (current && isHeld(current)) throw new LockedError(what, current, `${base}.${highest}`);
      }
      const file = `${base}.${highest + 1}`;
      try {
        await link(draft, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      const [top = 0, ...older] = await generations(base);
      if (top !== highest + 1) {
        await unlink(file);
        continue;
      }
      for (const generation of older) await unlink(`${base}.${generation}`).catch(() => undefined);
      failpoint('lock.taken');
      return new ProcessLock(base, file, holder);
    }
  }

  /** Who holds the lock now, if anyone does. Throws `NotWritableError` where that cannot be read: such a lock is not free. */
  static async holder(base: string): Promise<LockHolder | undefined> {
    const [highest = 0] = await ifAbsent(generations(base), []).catch((error: unknown) => {
      throw writeError(base, error);
    });
    const holder = highest === 0 ? undefined : await readHolder(`${base}.${highest}`);
    return holder && isHeld(holder) ? holder : undefined;
  }

  /** Throws `DiskFullError` and `NotWritableError`; the lock then frees itself when this process ends. */
  async release(): Promise<void> {
    failpoint('lock.releasing');
    const draft = draftName(`${this.#base}.`);
    try {
      await writeFile(draft, JSON.stringify({ ...this.#holder, released: true }), { mode: 0o600 });
      await rename(draft, this.#file);
    } catch (error) {
      await unlink(draft).catch(() => undefined);
      throw writeError(this.#file, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
