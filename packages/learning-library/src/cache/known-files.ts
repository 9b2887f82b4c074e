import { cacheFile, readCache, writeCache } from './cache-file.js';
import { fileTimeIn } from './file-time.js';
import { Verdicts } from './verdicts.js';

/** Keeps {@link Verdicts} from one run to the next. */
export class KnownFiles {
  readonly verdicts: Verdicts;
  readonly #file: string;

  private constructor(file: string, verdicts: Verdicts) {
    this.#file = file;
    this.verdicts = verdicts;
  }

  /** To be called before the first file is looked at. For `key`, see {@link cacheFile}. */
  static async open(folder: string, key: string): Promise<KnownFiles> {
    const startedAt = await fileTimeIn(folder);
    const file = cacheFile(folder, key, 'verdicts');
    return new KnownFiles(file, new Verdicts(await readCache(file), startedAt));
  }

  async save(of: { readonly isWhole: boolean }): Promise<void> {
    const bytes = this.verdicts.toBytes(of);
    if (bytes !== undefined) await writeCache(this.#file, bytes);
  }
}
