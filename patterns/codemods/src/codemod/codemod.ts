/** One file to look at. */
export interface SourceFile {
  /** Decides the language by its extension, and is named in reports. */
  readonly path: string;
  readonly source: string;
}

/** A place that a codemod left alone because it could not be sure. */
export interface Decline {
  /** Stable name of the reason, kebab-case; every codemod documents its own. */
  readonly reason: string;
  /** One sentence: what stands in the way at this place. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** What became of one file. */
export interface CodemodResult {
  /** The new text; equal to the old one where nothing was changed. */
  readonly source: string;
  /** How many places were changed. */
  readonly changes: number;
  readonly declined: readonly Decline[];
}

/** Options as they come from a command line or a configuration: each codemod reads its own and refuses others. */
export type CodemodOptions = Readonly<Record<string, unknown>>;

/** A transform that knows when to keep its hands off. */
export interface Codemod {
  /** Its name in the index and of its module: `@codex-orch/codemods/<id>`. */
  readonly id: string;
  /** A file with none of these texts in it cannot be changed by it; the cheap test before parsing. */
  readonly prefilter: readonly string[];
  /**
   * Pure: the same file and options give the same result, and its own result gives itself.
   * @throws {CodemodOptionsError} where an option is unknown or has a value that it cannot have
   * @throws {CodemodSyntaxError} where the file cannot be parsed
   */
  transform(file: SourceFile, options?: CodemodOptions): CodemodResult;
  /**
   * For a codemod that must know the rest of a project: looks at all of its files (`package.json` among them, tests
   * too, dependencies not), and completes the options with what it found.
   * @throws {CodemodOptionsError} as `transform` does
   */
  survey?(files: Iterable<SourceFile>, options?: CodemodOptions): CodemodOptions;
}
