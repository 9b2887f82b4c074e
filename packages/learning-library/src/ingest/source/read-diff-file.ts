import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseDiff } from '../diff/parse-diff.js';
import { DiffUnreadableError, IngestLimitError } from '../errors.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import type { RunChanges } from './read-run.js';
import { readFileDiffs } from './read-file-diffs.js';

const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Reads what a diff file changes, as far as its hunks show it.
 *
 * Throws {@link DiffUnreadableError}, {@link IngestLimitError} and `DiffSyntaxError`.
 */
export async function readDiffFile(reader: ProgramReader, file: string): Promise<RunChanges> {
  const bytes = await readBounded(file);
  const origin = {
    kind: 'diff' as const,
    id: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    at: undefined,
  };
  const diffs = parseDiff(bytes.toString('utf8'), file);
  return { origin, ...(await readFileDiffs(reader, diffs, origin, async () => undefined)) };
}

async function readBounded(file: string): Promise<Buffer> {
  try {
    const entry = await stat(file);
    // A pipe or a device could go on for ever.
    if (!entry.isFile()) throw new TypeError('it is not a regular file');
    if (entry.size > MOST_BYTES) throw new IngestLimitError(file, `${entry.size} bytes`, `${MOST_BYTES}`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof IngestLimitError) throw error;
    throw new DiffUnreadableError(file, error);
  }
}
