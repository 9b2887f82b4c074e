import path from 'node:path';
import type { Candidate, DeclinedGroup } from './candidate/candidate.js';
import { propose, type Thresholds } from './candidate/propose.js';
import { IngestOptionsError } from './errors.js';
import type { ChangedFile, DiffOrigin, Skipped } from './source/changed-file.js';
import { type ChangedProgram, readChangedProgram } from './source/changed-program.js';
import { readDiffFile } from './source/read-diff-file.js';
import { locateRuns, readRunChanges } from './source/read-run.js';
import { ProgramReader } from './syntax/parse-program.js';

export interface IngestOptions {
  /** Absolute path of the repository that holds the runs. */
  readonly repositoryRoot: string;
  /** Ids of runs, or starts of them, or all. */
  readonly runs?: readonly string[] | 'all' | undefined;
  /** Paths of diff files, from the repository's root where they are relative. */
  readonly diffFiles?: readonly string[] | undefined;
  /** How many edits make a pattern; 2 by default. */
  readonly minOccurrences?: number | undefined;
  /** In how many runs or diff files they have to be; 2 by default. */
  readonly minOrigins?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What runs and diffs taught. */
export interface Ingested {
  readonly origins: readonly DiffOrigin[];
  /** The best first. */
  readonly candidates: readonly Candidate[];
  /** Edits that repeat, but of which nothing could be made. */
  readonly declined: readonly DeclinedGroup[];
  /** What was not looked at, and why. */
  readonly skipped: readonly Skipped[];
}

/** All that was read of runs and diffs; also what the statistics are made of. */
export interface Reading {
  readonly reader: ProgramReader;
  readonly origins: readonly DiffOrigin[];
  readonly programs: readonly ChangedProgram[];
  readonly added: readonly ChangedFile[];
  /** What assets did in runs. */
  readonly byAsset: readonly ChangedProgram[];
  /** How many files an asset and somebody else changed in the same run. */
  readonly mixed: number;
  readonly skipped: readonly Skipped[];
}

/** More edits than this are not compared with each other. */
const MOST_PROGRAMS = 3000;

/**
 * Looks for edits that repeat in the diffs of runs and in diff files, and proposes assets that make them. Nothing that a diff says is
 * executed. Candidates are proposals only: write them with `writeCandidate`, prove them with `verifyCandidate`.
 *
 * Throws {@link IngestOptionsError}, `UnknownRunError`, `DiffUnreadableError`, `DiffSyntaxError`, `IngestLimitError`, and the signal's reason.
 */
export async function ingest(options: IngestOptions): Promise<Ingested> {
  const thresholds = thresholdsOf(options);
  const reading = await readOrigins(options);
  const { candidates, declined } = propose(reading.reader, reading.programs, reading.added, thresholds);
  return { origins: reading.origins, candidates, declined, skipped: reading.skipped };
}

function thresholdsOf({ minOccurrences = 2, minOrigins = 2 }: IngestOptions): Thresholds {
  for (const [name, value] of Object.entries({ minOccurrences, minOrigins }))
    if (!Number.isInteger(value) || value < 1)
      throw new IngestOptionsError(`${name} is ${value} and must be a whole number from 1`);
  return { minOccurrences, minOrigins };
}

/** Reads and parses what is to be learned from; a diff that is given twice counts once. */
export async function readOrigins({
  repositoryRoot,
  runs = [],
  diffFiles = [],
  signal,
}: IngestOptions): Promise<Reading> {
  if (runs !== 'all' && runs.length === 0 && diffFiles.length === 0)
    throw new IngestOptionsError('neither a run nor a diff file is given');
  const reader = new ProgramReader();
  const origins: DiffOrigin[] = [];
  const programs: ChangedProgram[] = [];
  const added: ChangedFile[] = [];
  const byAsset: ChangedProgram[] = [];
  let mixed = 0;
  const skipped: Skipped[] = [];
  const known = new Set<string>();
  const take = (changes: Awaited<ReturnType<typeof readDiffFile>>): void => {
    signal?.throwIfAborted();
    skipped.push(...changes.skipped);
    if (changes.origin === undefined) return;
    if (known.has(changes.origin.sha256)) {
      skipped.push({
        origin: changes.origin.id,
        path: undefined,
        code: 'duplicate',
        message: 'another one has the same diff',
      });
      return;
    }
    known.add(changes.origin.sha256);
    origins.push(changes.origin);
    mixed += changes.mixed?.length ?? 0;
    for (const file of changes.files) {
      if (file.before === undefined) {
        if (file.isByAsset !== true) added.push(file);
        continue;
      }
      if (programs.length + byAsset.length >= MOST_PROGRAMS) {
        skipped.push({
          origin: file.origin.id,
          path: file.path,
          code: 'unparsable',
          message: `only ${MOST_PROGRAMS} files are compared`,
        });
        continue;
      }
      const read = readChangedProgram(reader, file);
      if ('code' in read) skipped.push(read);
      else (file.isByAsset === true ? byAsset : programs).push(read);
    }
  };
  for (const location of await locateRuns(runs, repositoryRoot))
    take(await readRunChanges(reader, location, { repositoryRoot, signal }));
  for (const file of diffFiles) take(await readDiffFile(reader, path.resolve(repositoryRoot, file)));
  return { reader, origins, programs, added, byAsset, mixed, skipped };
}
