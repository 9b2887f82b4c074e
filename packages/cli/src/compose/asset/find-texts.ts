import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** More than that is not looked at before a goal starts. */
const limits = { files: 10_000, bytes: 64 * 1024 * 1024, fileBytes: 512 * 1024 };

const left = new Set(['node_modules', 'dist', 'build', 'coverage', 'vendor']);

/** What is looked for: a file with one of these texts. */
export interface WantedText {
  readonly id: string;
  /** Without any, every file has it. */
  readonly texts: readonly string[];
}

async function* regularFiles(root: string): AsyncGenerator<string> {
  const ahead = [root];
  for (let folder = ahead.pop(); folder !== undefined; folder = ahead.pop()) {
    // A folder that cannot be read has nothing that could be changed.
    const entries: readonly Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      // Links may lead out of the tree; neither is a pipe anything to read.
      if (entry.isFile()) yield file;
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !left.has(entry.name)) ahead.push(file);
    }
  }
}

/**
 * Finds out which of these texts a work tree has, by the ids. What could not be found out within the limits counts as found: it costs
 * less to offer what has nothing to do than to leave out what has.
 */
export async function findTexts(
  root: string,
  wanted: readonly WantedText[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let missing = [...wanted];
  let files = 0;
  let bytes = 0;
  for await (const file of regularFiles(root)) {
    signal.throwIfAborted();
    if (missing.length === 0) break;
    files += 1;
    if (files > limits.files || bytes > limits.bytes) return new Set(wanted.map(({ id }) => id));
    const { size } = await stat(file).catch(() => ({ size: Infinity }));
    if (size > limits.fileBytes) continue;
    const content = await readFile(file, 'utf8').catch(() => '');
    bytes += size;
    for (const { id, texts } of missing)
      if (texts.length === 0 || texts.some((text) => content.includes(text))) found.add(id);
    missing = missing.filter(({ id }) => !found.has(id));
  }
  return found;
}
