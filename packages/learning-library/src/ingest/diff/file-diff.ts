/** One file of a diff. */
export interface FileDiff {
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
  /** As git names it, decoded from its quotes; null for a file that was not there. */
  readonly oldPath: string | null;
  readonly newPath: string | null;
  /** Of what git knows about the content no line can tell. */
  readonly isBinary: boolean;
  readonly hunks: readonly Hunk[];
  /** Where it begins in the diff, from 1. */
  readonly line: number;
}

/** A run of lines that changed, with those around it. */
export interface Hunk {
  /** From 1; the line before the hunk where the side is empty. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  readonly kind: 'context' | 'removed' | 'added';
  /** Without its newline; a carriage return stays. */
  readonly text: string;
  /** Whether the file ends in this line without a newline. */
  readonly isUnended: boolean;
}
