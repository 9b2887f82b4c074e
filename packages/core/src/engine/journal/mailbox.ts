import { randomUUID } from 'node:crypto';
import { constants, type FSWatcher, watch } from 'node:fs';
import { open, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { failpoint } from '../../failpoint/failpoint.js';
import { draftName, removeDrafts } from '../../fs/draft.js';
import { writeError } from '../../fs/errors.js';
import { ifAbsent } from '../../fs/if-absent.js';
import { makeFolder } from '../../fs/make-folder.js';
import { jsonSchema } from '../json.js';

const letterSchema = z.strictObject({ name: z.string(), payload: jsonSchema, key: z.string() });

/** A signal on its way to a run that another process may hold. */
export type Letter = z.infer<typeof letterSchema>;

/**
 * A folder through which any process hands signals to the one that holds the run.
 *
 * A letter is put there atomically and removed only after it stands in the journal, so that it is delivered at least
 * once; the journal ignores a key that it knows.
 */
export class Mailbox {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws `NotWritableError` and `DiskFullError`; the letter is then not posted. */
  async post(letter: Letter): Promise<void> {
    const name = `${await this.#nextNumber()}-${randomUUID()}.json`;
    const draft = path.join(this.#folder, draftName('.'));
    try {
      await makeFolder(this.#folder);
      await removeDrafts(this.#folder, '.');
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(letter));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path.join(this.#folder, name));
    } catch (error) {
      await unlink(draft).catch(() => undefined);
      throw writeError(path.join(this.#folder, name), error);
    }
    failpoint('signal.posted');
  }

  /** Letters are read in the order in which they were posted, also when the clock was set back meanwhile. */
  async #nextNumber(): Promise<string> {
    const names = await ifAbsent(readdir(this.#folder), []).catch((error: unknown) => {
      throw writeError(this.#folder, error);
    });
    const numbers = names.map((name) => Number(/^(\d{15})-/.exec(name)?.[1] ?? 0));
    return String(Math.max(Date.now(), ...numbers.map((number) => number + 1))).padStart(15, '0');
  }

  /** Hands every letter over, one after the other; a letter is removed when `deliver` resolves. */
  async empty(deliver: (letter: Letter) => Promise<void>): Promise<void> {
    const names = await ifAbsent(readdir(this.#folder), []);
    for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
      const file = path.join(this.#folder, name);
      const letter = await readLetter(file);
      if (letter === 'gone') continue;
      if (letter === 'unreadable') {
        // Kept for whoever wants to know, and out of the way of the letters behind it.
        await rename(file, `${file}.bad`).catch(() => undefined);
        continue;
      }
      await deliver(letter);
      failpoint('signal.recorded');
      await unlink(file).catch(() => undefined);
    }
  }

  /** The letters that nobody has taken yet; they stay. */
  async letters(): Promise<readonly Letter[]> {
    const names = (await ifAbsent(readdir(this.#folder), [])).filter((name) => name.endsWith('.json')).sort();
    const letters = await Promise.all(names.map((name) => readLetter(path.join(this.#folder, name))));
    return letters.filter((letter) => letter !== 'gone' && letter !== 'unreadable');
  }

  /**
   * Calls `arrived` when there may be new letters. Notifications can be lost on some file systems, hence the second look.
   *
   * Throws `NotWritableError` and `DiskFullError` when there is no folder and none can be made.
   */
  async watch(arrived: () => void): Promise<() => void> {
    await makeFolder(this.#folder);
    await removeDrafts(this.#folder, '.');
    let watcher: FSWatcher | undefined;
    try {
      watcher = watch(this.#folder, { persistent: false }, arrived);
      watcher.on('error', () => watcher?.close());
    } catch {
      // Without notifications the interval alone delivers.
    }
    const timer = setInterval(arrived, 500);
    return () => {
      clearInterval(timer);
      watcher?.close();
    };
  }
}

const maxLetterBytes = 1024 * 1024;

/** Anyone who can write into the folder can put anything there: a link, a pipe, a heap of bytes. */
async function readLetter(file: string): Promise<Letter | 'gone' | 'unreadable'> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = await handle.stat().then((entry) => (entry.isFile() ? entry : { size: Infinity }));
    if (size > maxLetterBytes) return 'unreadable';
    return letterSchema.parse(JSON.parse(await handle.readFile('utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
