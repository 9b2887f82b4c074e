import { type Change, changesOf } from '../edit/unit.js';
import { compareTerms } from '../edit/tree-diff.js';
import type { Term } from '../engine/term.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import type { ChangedFile, Skipped } from './changed-file.js';

/** A file that a diff changes, as syntax. */
export interface ChangedProgram {
  readonly file: ChangedFile;
  readonly before: Term;
  readonly after: Term;
  readonly changes: readonly Change[];
}

/** Files with more changes were rewritten, and teach nothing that repeats. */
const MOST_CHANGES = 400;

/** Parses and compares both sides of a changed file. */
export function readChangedProgram(reader: ProgramReader, file: ChangedFile): ChangedProgram | Skipped {
  const skipped = (message: string): Skipped => ({
    origin: file.origin.id,
    path: file.path,
    code: 'unparsable',
    message,
  });
  const before = reader.read(file.path, file.before ?? '');
  if ('flaw' in before) return skipped(`before the change: ${before.flaw}`);
  const after = reader.read(file.path, file.after);
  if ('flaw' in after) return skipped(`after the change: ${after.flaw}`);
  const changes = changesOf(compareTerms(before.program, after.program));
  if (changes.length > MOST_CHANGES) return skipped(`it has more than ${MOST_CHANGES} changes`);
  return { file, before: before.program, after: after.program, changes };
}
