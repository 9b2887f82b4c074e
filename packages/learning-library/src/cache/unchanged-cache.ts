import { createHash, timingSafeEqual } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, OrchError, readStart, writeFileAtomic } from '@codex-orch/core';

/** Bytes of one entry: enough that no two files share one. */
const ENTRY = 16;
const DIGEST = 32;
const MAX_ENTRIES = 500_000;
const MAX_FILES = 20;

/**
 * Remembers which contents a set of assets leaves as they are, so that they are not parsed again.
 *
 * A cache and nothing else: what cannot be read, or was tampered with, is as good as none, and what cannot be written is no error.
 */
export class UnchangedCache {
  readonly #file: string;
  readonly #known: ReadonlySet<string>;
  /** Those of this run only, so that what is gone from the repository goes from the cache too. */
  readonly #seen = new Set<string>();
  #isDirty = false;

  private constructor(file: string, known: ReadonlySet<string>) {
    this.#file = file;
    this.#known = known;
  }

  /** `key` stands for all that decides about the output but the files: assets, options, versions. */
  static async open(folder: string, key: string): Promise<UnchangedCache> {
    const file = path.join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.cache`);
    return new UnchangedCache(file, await readEntries(file));
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

  /** With `isWhole`, what was not asked for in this run is forgotten: every file of the repository was looked at. */
  async save({ isWhole }: { readonly isWhole: boolean }): Promise<void> {
    if (!this.#isDirty) return;
    const entries = isWhole ? this.#seen : new Set([...this.#seen, ...this.#known]);
    const body = Buffer.from([...entries].slice(0, MAX_ENTRIES).join(''), 'latin1');
    try {
      const folder = path.dirname(this.#file);
      await makeFolder(folder, { mode: 0o700 });
      const digest = createHash('sha256').update(body).digest();
      await writeFileAtomic(this.#file, Buffer.concat([digest, body]), { mode: 0o600, durable: false });
      await removeOldest(folder);
    } catch (error) {
      if (!(error instanceof OrchError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
}

const entryOf = (name: string, content: Buffer): string =>
  createHash('sha256').update(name).update('\0').update(content).digest().toString('latin1', 0, ENTRY);

async function readEntries(file: string): Promise<ReadonlySet<string>> {
  const none = new Set<string>();
  try {
    const { bytes } = await readStart(file, { maxBytes: DIGEST + ENTRY * MAX_ENTRIES });
    const body = bytes.subarray(DIGEST);
    const digest = createHash('sha256').update(body).digest();
    if (body.length % ENTRY !== 0 || !timingSafeEqual(digest, bytes.subarray(0, DIGEST))) return none;
    const text = body.toString('latin1');
    const entries = new Set<string>();
    for (let at = 0; at < text.length; at += ENTRY) entries.add(text.slice(at, at + ENTRY));
    return entries;
  } catch {
    return none;
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cache'));
  if (names.length <= MAX_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await lstat(file)).mtimeMs };
    }),
  );
  files.sort((a, b) => b.at - a.at);
  for (const { file } of files.slice(MAX_FILES)) await rm(file, { force: true });
}
