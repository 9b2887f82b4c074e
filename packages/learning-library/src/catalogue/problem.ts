/** Something that is wrong with an index, or with what it speaks of. */
export interface Problem {
  /** Stable, for programs. */
  readonly code:
    | 'no-json'
    | 'malformed'
    | 'duplicate-id'
    | 'options-schema'
    | 'package-missing'
    | 'version-differs'
    | 'module-missing'
    | 'module-broken'
    | 'prefilter-differs'
    | 'docs-missing'
    | 'fixtures-missing'
    | 'fixture-kind-missing'
    | 'orphan'
    | 'supersedes-unknown'
    | 'not-proven';
  /** An asset's id, a path in the index such as `assets.3.version`, or a module. */
  readonly where: string;
  /** From 1, where it is in the text of the index. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}
