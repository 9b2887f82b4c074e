/** One file of a change, with the numbers of the lines that a change took out or put in. */
export interface ChangedLines {
  readonly path: string;
  /** The digest of what it held before; undefined where it was not there. */
  readonly before: string | undefined;
  readonly added: number;
  readonly removed: number;
  /** Numbers, from 1, of lines of the old file: those taken out, and the one before a place where lines are only put in. */
  readonly touched: readonly number[];
  readonly hunks: readonly Hunk[];
}

/** Lines of the old file, numbered from 1, that are replaced by lines of the new one; a length may be 0. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLength: number;
  readonly newStart: number;
  readonly newLength: number;
}

/**
 * Reads a patch that git made without context. Patches come in the order of the paths, which can hold anything and are therefore not read
 * out of the patch.
 */
export function changedLines(
  patch: string,
  files: readonly Pick<ChangedLines, 'path' | 'before'>[],
): readonly ChangedLines[] {
  return patch
    .split(/^diff --git /m)
    .slice(1)
    .map((file, index) => {
      const touched = new Set<number>();
      const hunks: Hunk[] = [];
      let [added, removed] = [0, 0];
      for (const [, start, gone = '1', at, come = '1'] of file.matchAll(hunkHead)) {
        const [from, lost] = [Number(start), Number(gone)];
        hunks.push({ oldStart: from, oldLength: lost, newStart: Number(at), newLength: Number(come) });
        added += Number(come);
        removed += lost;
        for (let line = from; line < from + Math.max(lost, 1); line += 1) touched.add(line);
      }
      return {
        path: files[index]?.path ?? '',
        before: files[index]?.before,
        added,
        removed,
        touched: [...touched],
        hunks,
      };
    });
}

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm;
