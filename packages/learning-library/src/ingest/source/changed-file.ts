/** Where a diff came from. */
export interface DiffOrigin {
  readonly kind: 'run' | 'diff';
  /** The run's id, or the name of the diff file. */
  readonly id: string;
  /** SHA-256 of the diff. */
  readonly sha256: string;
  /** When the run was made; unknown for a diff file. */
  readonly at: Date | undefined;
}

/** One file that a diff changes, as text. */
export interface ChangedFile {
  readonly origin: DiffOrigin;
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
  /** Whether these are pieces of the file only, made to stand alone. */
  readonly isFragment: boolean;
  /** Whether an asset did it: nobody has to learn it any more. */
  readonly isByAsset?: boolean | undefined;
  /** Lines that the diff adds and removes, the larger number. */
  readonly changedLines: number;
}

/** What of a diff was not learned from, and why. */
export interface Skipped {
  readonly origin: string;
  /** None where it is the whole diff. */
  readonly path: string | undefined;
  readonly code:
    | 'binary'
    | 'deleted'
    | 'diff-altered'
    | 'diff-missing'
    | 'duplicate'
    | 'hunks-unfit'
    | 'not-code'
    | 'path-unsafe'
    | 'run-unfinished'
    | 'secret-in-diff'
    | 'unparsable';
  readonly message: string;
}
