/** A place that an asset left alone, and why. */
export interface DeclinedSite {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** What an asset did to a folder. */
export interface Application {
  /** Files that it looked at closely, as they may hold what it is for. */
  readonly matched: number;
  /** Places that it changed. */
  readonly changes: number;
  readonly declined: readonly DeclinedSite[];
  /** Files on which it failed. They are as they were. */
  readonly failed: readonly { readonly path: string; readonly message: string }[];
  /** For a rule: its reports before it fixed anything, and after. */
  readonly findings?: { readonly before: number; readonly after: number } | undefined;
  /** Takes it back the asset's own way; without it, the harness reverses the patch. */
  rollback?(): Promise<void>;
  /** Removes what it left beside the files. */
  close?(): Promise<void>;
}

/** A learning asset as the harness sees it: something that changes files. */
export interface EvaluatedAsset {
  readonly id: string;
  readonly kind: 'codemod' | 'rule' | 'control';
  readonly version: string;
  /** Changes with everything that can change what it does, options included. */
  readonly digest: string;
  /** What it was given, for people; its digest tells them too. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Applies it to these files of the folder, and changes no others. What it needs for itself it may keep in `.git` and `.runs`.
   *
   * @param files relative, with `/` between names
   */
  apply(folder: string, files: readonly string[], signal?: AbortSignal): Promise<Application>;
}
