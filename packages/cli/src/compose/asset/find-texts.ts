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

/** Files that have what is looked for, by the id; more than these many are not listed. */
const maxFiles = 200;

/** What of a work tree could be looked at. */
export interface FoundTexts {
  /** Paths with slashes, from the root. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Whether there was more than is looked at: then what was not found may be there all the same. */
  readonly isCut: boolean;
}

/** Finds out which files of a work tree have these texts. */
export async function findTexts(root: string, wanted: readonly WantedText[], signal: AbortSignal): Promise<FoundTexts> {
  const found = new Map<string, string[]>();
  if (wanted.length === 0) return { files: found, isCut: false };
  let files = 0;
  let bytes = 0;
  for await (const file of regularFiles(root)) {
    signal.throwIfAborted();
    files += 1;
    if (files > limits.files || bytes > limits.bytes) return { files: found, isCut: true };
    const { size } = await stat(file).catch(() => ({ size: Infinity }));
    if (size > limits.fileBytes) continue;
    const content = await readFile(file, 'utf8').catch(() => '');
    bytes += size;
    const name = path.relative(root, file).split(path.sep).join('/');
    for (const { id, texts } of wanted) {
      if (texts.length > 0 && !texts.some((text) => content.includes(text))) continue;
      const list = found.get(id) ?? [];
      if (list.length < maxFiles) found.set(id, [...list, name]);
    }
  }
  return { files: found, isCut: false };
}
