import { createHash } from 'node:crypto';
import { cacheFile, readCache, writeCache } from './cache-file.js';

/** Bytes of one entry: enough that no two files share one. */
const ENTRY = 16;
const MAX_ENTRIES = 500_000;
const SMALL = 10_000;

/**
 * Remembers which contents a set of assets leaves as they are, so that they are not parsed again.
 *
 * A cache and nothing else: what cannot be read, or was tampered with, is as good as none, and what cannot be written is no error.
 */
export class UnchangedCache {
  readonly #file: string;
  readonly #known: ReadonlySet<string>;
  /** Those of this run only. */
  readonly #seen = new Set<string>();
  #isDirty = false;

  private constructor(file: string, known: ReadonlySet<string>) {
    this.#file = file;
    this.#known = known;
  }

  /** For `key`, see {@link cacheFile}. */
  static async open(folder: string, key: string): Promise<UnchangedCache> {
    const file = cacheFile(folder, key, 'contents');
    return new UnchangedCache(file, entriesIn(await readCache(file)));
  }

  /** Whether the file is known to stay as it is. */
  has(name: string, content: Buffer): boolean {
    const entry = entryOf(name, content);
    if (!this.#known.has(entry)) return false;
    this.#seen.add(entry);
    return true;
  }

  add(name: string, content: Buffer): void {
    const entry = entryOf(name, content);
    if (this.#known.has(entry) || this.#seen.size >= MAX_ENTRIES) return;
    this.#seen.add(entry);
    this.#isDirty = true;
  }

  /** What was not asked for in this run is forgotten only once there is much more than `files`: most are known without being asked for. */
  async save({ files }: { readonly files: number }): Promise<void> {
    if (!this.#isDirty) return;
    const isFull = this.#known.size > Math.max(2 * files, SMALL);
    const entries = isFull ? this.#seen : new Set([...this.#seen, ...this.#known]);
    await writeCache(this.#file, Buffer.from([...entries].slice(0, MAX_ENTRIES).join(''), 'latin1'));
  }
}

const entryOf = (name: string, content: Buffer): string =>
  createHash('sha256').update(name).update('\0').update(content).digest().toString('latin1', 0, ENTRY);

function entriesIn(body: Buffer | undefined): ReadonlySet<string> {
  const entries = new Set<string>();
  if (body === undefined || body.length % ENTRY !== 0) return entries;
  const text = body.toString('latin1');
  for (let at = 0; at < text.length; at += ENTRY) entries.add(text.slice(at, at + ENTRY));
  return entries;
}
