import { createHash, randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { failpoint } from '../../failpoint/failpoint.js';
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

  async post(letter: Letter): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const name = createHash('sha256').update(letter.key).digest('hex').slice(0, 32);
    const draft = path.join(this.#folder, `.${randomUUID()}.tmp`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(letter));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path.join(this.#folder, `${name}.json`));
    failpoint('signal.posted');
  }

  /** Hands every letter over, one after the other; a letter is removed when `deliver` resolves. */
  async empty(deliver: (letter: Letter) => Promise<void>): Promise<void> {
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
      const file = path.join(this.#folder, name);
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch {
        continue;
      }
      const letter = letterSchema.safeParse(JSON.parse(text));
      if (letter.success) await deliver(letter.data);
      failpoint('signal.recorded');
      await unlink(file).catch(() => undefined);
    }
  }

  /** Calls `arrived` when there may be new letters. Notifications can be lost on some file systems, hence the second look. */
  async watch(arrived: () => void): Promise<() => void> {
    await mkdir(this.#folder, { recursive: true });
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
