import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Stamp, Verdict } from '../cache/verdicts.js';
import type { Prefilter } from './prefilter.js';
import { type FileReader, type SkippedFile, whyNotText } from './read-file.js';

/** A file that a codemod wants to see. */
export interface Candidate {
  readonly path: string;
  readonly content: Buffer;
  /** From before it was read. */
  readonly stamp: Stamp;
}

/** What is known of files without reading them. */
export interface KnownFiles {
  readonly isEmpty: boolean;
  of(path: string, stamp: Stamp): Verdict | undefined;
  add(path: string, stamp: Stamp, verdict: Verdict): void;
}

export interface CandidatesOptions {
  readonly reader: FileReader;
  /** Undefined takes all. */
  readonly prefilter: Prefilter | undefined;
  readonly known?: KnownFiles | undefined;
  /** Says no to a content that is known to stay as it is. */
  readonly isWanted: (candidate: Candidate) => boolean;
  /** A file that is known to stay as it is. */
  readonly onUnchanged?: () => void;
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
  options: CandidatesOptions,
): AsyncGenerator<readonly Candidate[], undefined> {
  const { onLooked, signal } = options;
  let batch: Candidate[] = [];
  let bytes = 0;
  for (let start = 0; start < files.length; start += READ_AT_ONCE) {
    signal?.throwIfAborted();
    const part = files.slice(start, start + READ_AT_ONCE);
    for (const path of part) {
      if (isKnown(path, options)) continue;
      const candidate = readCandidate(path, options);
      if (candidate === undefined) continue;
      batch.push(candidate);
      bytes += candidate.content.length;
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

/** Whether a file need not be read, because it is the one that was looked at before. */
function isKnown(path: string, { reader, known, onSkipped, onUnchanged }: CandidatesOptions): boolean {
  if (known === undefined || known.isEmpty) return false;
  const entry = reader.look(path);
  // Why it is passed over, reading it will tell.
  if (typeof entry === 'string') return false;
  const verdict = known.of(path, entry);
  if (verdict === 'unchanged') onUnchanged?.();
  else if (verdict === 'binary' || verdict === 'generated') onSkipped({ path, reason: verdict });
  return verdict !== undefined;
}

function readCandidate(
  path: string,
  { reader, prefilter, known, isWanted, onSkipped, onUnchanged, takesGenerated = false }: CandidatesOptions,
): Candidate | undefined {
  const read = reader.read(path);
  if (typeof read === 'string') {
    onSkipped({ path, reason: read });
    return undefined;
  }
  const { content, entry: stamp } = read;
  if (prefilter && !prefilter(content)) {
    known?.add(path, stamp, 'filtered');
    return undefined;
  }
  const reason = whyNotText(content);
  if (reason !== undefined && !(takesGenerated && reason === 'generated')) {
    known?.add(path, stamp, reason);
    onSkipped({ path, reason });
    return undefined;
  }
  const candidate = { path, content, stamp };
  if (isWanted(candidate)) return candidate;
  known?.add(path, stamp, 'unchanged');
  onUnchanged?.();
  return undefined;
}
