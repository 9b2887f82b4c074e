import { listApplications, readApplication, readReversePatch } from '../application/application-folder.js';
import { ApplicationCorruptError } from '../application/errors.js';
import { sideOf } from '../ingest/diff/apply-hunks.js';
import type { FileDiff } from '../ingest/diff/file-diff.js';
import { parseDiff } from '../ingest/diff/parse-diff.js';
import { DiffSyntaxError, IngestLimitError } from '../ingest/errors.js';
import { readChangedProgram } from '../ingest/source/changed-program.js';
import { unitsAt } from '../ingest/edit/unit.js';
import { readFragment } from '../ingest/syntax/fragment.js';
import { ProgramReader } from '../ingest/syntax/parse-program.js';

/** What one application of assets changed. */
export interface AssetEdits {
  readonly id: string;
  readonly at: Date;
  readonly assets: readonly string[];
  readonly edits: number;
}

/** The applications of a repository that still hold, and what could not be read. */
export async function readAssetEdits(
  root: string,
): Promise<{ readonly applications: readonly AssetEdits[]; readonly unread: readonly string[] }> {
  const applications: AssetEdits[] = [];
  const unread: string[] = [];
  for (const id of await listApplications(root)) {
    try {
      const record = await readApplication(root, id);
      if (record.state === 'rolled-back' || record.state === 'writing') continue;
      const written = new Set(record.files.filter(({ outcome }) => outcome === 'written').map(({ path }) => path));
      const diffs = parseDiff((await readReversePatch(root, record)).toString('utf8'), `The reverse patch of ${id}`);
      const edits = diffs
        .filter(({ oldPath, newPath }) => written.has(newPath ?? oldPath ?? ''))
        .reduce((sum, diff) => sum + editsIn(diff), 0);
      applications.push({ id, at: new Date(record.at), assets: record.assets.map((asset) => asset.id), edits });
    } catch (error) {
      if (!(
        error instanceof ApplicationCorruptError ||
        error instanceof DiffSyntaxError ||
        error instanceof IngestLimitError
      ))
        throw error;
      unread.push(`${id}: ${error.message}`);
    }
  }
  return { applications, unread };
}

/** Edits as the ingestion counts them; a hunk that cannot be parsed is one. */
function editsIn(diff: FileDiff): number {
  const path = diff.newPath ?? diff.oldPath ?? '';
  const reader = new ProgramReader();
  const origin = { kind: 'diff', id: '', sha256: '', at: undefined } as const;
  return diff.hunks.reduce((sum, hunk) => {
    const piece = readFragment(reader, path, sideOf(hunk, 'before'), sideOf(hunk, 'after'));
    if (piece === undefined) return sum + 1;
    const read = readChangedProgram(reader, { ...piece, origin, path, isFragment: true, changedLines: 0 });
    return sum + ('code' in read ? 1 : Math.max(1, unitsAt(0, read.changes, read.changes, reader.remake).length));
  }, 0);
}
