import { applyHunks, sideOf } from '../diff/apply-hunks.js';
import type { FileDiff } from '../diff/file-diff.js';
import { flawOfPath } from '../diff/safe-path.js';
import { type Fragment, readFragment } from '../syntax/fragment.js';
import { languageOf, type ProgramReader } from '../syntax/parse-program.js';
import type { ChangedFile, DiffOrigin, Skipped } from './changed-file.js';

/** Gives the text of a file before the change, or undefined where it is not at hand. */
export type ReadBase = (path: string) => Promise<string | undefined>;

/** Puts together what each file of a diff was and became: whole files where the base is at hand, else what the hunks show. */
export async function readFileDiffs(
  reader: ProgramReader,
  diffs: readonly FileDiff[],
  origin: DiffOrigin,
  readBase: ReadBase,
): Promise<{ readonly files: readonly ChangedFile[]; readonly skipped: readonly Skipped[] }> {
  const files: ChangedFile[] = [];
  const skipped: Skipped[] = [];
  for (const diff of diffs) {
    const path = diff.newPath ?? diff.oldPath ?? '';
    const skip = (code: Skipped['code'], message: string): void => {
      skipped.push({ origin: origin.id, path: JSON.stringify(path).slice(1, -1).slice(0, 200), code, message });
    };
    const flaw = flawOfPath(path) ?? (diff.oldPath === null ? undefined : flawOfPath(diff.oldPath));
    const changedLines = Math.max(count(diff, 'added'), count(diff, 'removed'));
    const common = { origin, path, changedLines };
    if (flaw !== undefined) skip('path-unsafe', `its path is none inside a repository: ${flaw}`);
    else if (diff.isBinary) skip('binary', 'it is binary');
    else if (diff.newPath === null) skip('deleted', 'it was deleted');
    else if (diff.hunks.length === 0) continue;
    else if (diff.status === 'added') {
      const after = applyHunks('', diff);
      if (after === undefined) skip('hunks-unfit', 'its hunks are not those of a new file');
      else files.push({ ...common, before: undefined, after, isFragment: false });
    } else if (languageOf(path) === undefined) skip('not-code', 'it is neither JavaScript nor TypeScript');
    else {
      const base = await readBase(diff.oldPath ?? path);
      const after = base === undefined ? undefined : applyHunks(base, diff);
      if (base !== undefined && after !== undefined) files.push({ ...common, before: base, after, isFragment: false });
      else {
        const pieces = piecesOf(reader, path, diff);
        if (pieces.length === 0) skip('unparsable', 'its hunks cannot be parsed without the rest of the file');
        for (const piece of pieces)
          files.push({ ...common, ...piece, changedLines: changedLines / pieces.length, isFragment: true });
      }
    }
  }
  return { files, skipped };
}

const MOST_HUNKS = 50;

/** The hunks as one program, so that an import is seen with what uses it; where they do not go together, each by itself. */
function piecesOf(reader: ProgramReader, path: string, { hunks }: FileDiff): Fragment[] {
  const pieces = hunks
    .slice(0, MOST_HUNKS)
    .map((hunk) => readFragment(reader, path, sideOf(hunk, 'before'), sideOf(hunk, 'after')))
    .filter((piece) => piece !== undefined);
  const side = (name: 'before' | 'after'): string =>
    pieces.map((piece) => piece[name].replace(/(?<!\n)$/, '\n')).join('');
  const whole = { before: side('before'), after: side('after') };
  const isSound = (piece: Fragment): boolean => reader.isSound(path, piece.before) && reader.isSound(path, piece.after);
  if (pieces.length > 0 && isSound(whole)) return [whole];
  return pieces.filter(isSound);
}

const count = ({ hunks }: FileDiff, kind: string): number =>
  hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
