import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Prefilter } from './prefilter.js';
import { type FileReader, type SkippedFile, whyNotText } from './read-file.js';

/** A file that a codemod wants to see. */
export interface Candidate {
  readonly path: string;
  readonly content: Buffer;
}

export interface CandidatesOptions {
  readonly reader: FileReader;
  /** Undefined takes all. */
  readonly prefilter: Prefilter | undefined;
  /** Says no to what is known to change nothing. */
  readonly isWanted: (candidate: Candidate) => boolean;
  readonly onSkipped: (skipped: SkippedFile) => void;
  /** Take what a program wrote too: it is only read. */
  readonly takesGenerated?: boolean;
  /** Files that were looked at since the last call. */
  readonly onLooked: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Enough to keep a lane busy, few enough that the last lanes end together. */
const BATCH_FILES = 16;
const BATCH_BYTES = 256 * 1024;

/** Reading is done between the turns of the event loop, this many files at a time. */
const READ_AT_ONCE = 128;

/** Reads files and gives those that pass the prefilter, in batches. */
export async function* candidates(
  files: readonly string[],
  { reader, prefilter, isWanted, onSkipped, takesGenerated = false, onLooked, signal }: CandidatesOptions,
): AsyncGenerator<readonly Candidate[], undefined> {
  let batch: Candidate[] = [];
  let bytes = 0;
  for (let start = 0; start < files.length; start += READ_AT_ONCE) {
    signal?.throwIfAborted();
    const part = files.slice(start, start + READ_AT_ONCE);
    for (const path of part) {
      const content = reader.read(path);
      if (typeof content === 'string') {
        onSkipped({ path, reason: content });
        continue;
      }
      if (prefilter && !prefilter(content)) continue;
      const reason = whyNotText(content);
      if (reason !== undefined && !(takesGenerated && reason === 'generated')) {
        onSkipped({ path, reason });
        continue;
      }
      const candidate = { path, content };
      if (!isWanted(candidate)) continue;
      batch.push(candidate);
      bytes += content.length;
      if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    onLooked(part.length);
    await nextTurn();
  }
  if (batch.length > 0) yield batch;
  return undefined;
}
