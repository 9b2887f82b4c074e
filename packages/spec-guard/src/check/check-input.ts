/** How a path differs between the base and what is checked. */
export interface ChangedPath {
  /** Relative to the repository's root, with `/`; of a deleted file, where it was. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'type-changed';
  /** Where a renamed file came from. */
  readonly from?: string | undefined;
  /** Undefined for binary files. */
  readonly addedLines?: number | undefined;
  readonly removedLines?: number | undefined;
  /** Dependencies that a package manifest gained, as `addedDependencies(path, before, after)` tells; undefined for other files. */
  readonly addedDependencies?: readonly string[] | undefined;
}

/** A file as its revision, or the work tree, has it. */
export interface SourceFile {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Set where the entry is no regular file; its text is empty then. */
  readonly irregular?: 'symlink' | 'submodule' | 'too-large' | 'not-utf8' | undefined;
}

/** A commit between the base and what is checked, with what its trailers say. */
export interface CheckedCommit {
  readonly id: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly at: number;
  /** The whole message: `Spec-Override` trailers are read from it. */
  readonly message: string;
  /**
   * Paths of the specs whose `contentSha256` this commit changed against its first parent; undefined where nobody looked, and
   * then its author counts as an author of every spec that the change touches.
   */
  readonly changedSpecs?: readonly string[] | undefined;
}

/** Everything that a check looks at. Reading it from git and files is `loadCheckInput`'s work. */
export interface CheckInput {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined when everything is to be checked, not a change. */
  readonly changes: readonly ChangedPath[] | undefined;
  /** `tasks/index.json` as it will be after the change. */
  readonly index: SourceFile | undefined;
  /** All files below the specs folder that end in `.md`. */
  readonly specs: readonly SourceFile[];
  /** First lines (`SUPPRESSION_LINES`) of the changed files that say `spec-guard-disable` there; specs need not be among them. */
  readonly marked?: readonly SourceFile[] | undefined;
  /**
   * The guard's own files as the *base* revision has them, so that a change cannot loosen its own gate. Where no change is
   * checked (`changes` is undefined) the same as `head`. Undefined for a file that is not there.
   */
  readonly base: GuardFiles & {
    /** `tasks/index.json` of the base: tells what the change adds to it, and which specs it takes away. */
    readonly index: SourceFile | undefined;
  };
  /** The same files as the change has them, undefined for one that is not there. */
  readonly head: GuardFiles;
  readonly commits: readonly CheckedCommit[];
  readonly baseRevision?: string | undefined;
  readonly headRevision?: string | undefined;
}

/** What the guard reads beside the registry and the specs. */
export interface GuardFiles {
  /** `tasks/guard.json` */
  readonly policy: SourceFile | undefined;
  /** `tasks/allowed_signers` */
  readonly allowedSigners: SourceFile | undefined;
  /** `tasks/guard-baseline.json` */
  readonly baseline: SourceFile | undefined;
  /** `tasks/guard-overrides.jsonl` */
  readonly overrides: SourceFile | undefined;
}
