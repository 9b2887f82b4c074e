import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { CassetteMeta } from '../cassette/cassette.js';
import { CassetteTargetTakenError } from '../cassette/errors.js';
import type { RecordedEntry } from '../cassette/recording.js';
import { ItemSharing } from '../cassette/shared-items.js';
import { writeCassette } from '../cassette/write-cassette.js';

const isCassetteOrFree = async (path: string): Promise<boolean> => {
  try {
    const text = await readFile(path, 'utf8');
    return text === '' || /^\s*\{\s*"cassette"\s*:/.test(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
};

/** Appends entries to a new cassette, each in one durable write: after a crash an entry is there whole or not at all. */
export class CassetteWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #sharing = new ItemSharing();
  #queue: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Begins a cassette, in place of an older one. Throws {@link CassetteTargetTakenError} when the file is something else. */
  static async create(path: string, meta: CassetteMeta): Promise<CassetteWriter> {
    if (!(await isCassetteOrFree(path))) throw new CassetteTargetTakenError(path);
    await writeCassette(path, { kind: 'recording', meta, entries: [] });
    return new CassetteWriter(await open(path, 'a'));
  }

  /** Resolves once the entry is on the disk. */
  async append(entry: RecordedEntry): Promise<void> {
    const written = this.#queue.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(this.#sharing.shorten(entry))}\n`);
      await this.#file.datasync();
    });
    this.#queue = written.catch(() => undefined);
    await written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }
}
