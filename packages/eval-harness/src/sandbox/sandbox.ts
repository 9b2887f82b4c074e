export interface SandboxRequest {
  /** Absolute; can be written. */
  readonly cwd: string;
  readonly command: readonly [string, ...string[]];
  /** The command's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths of existing folders that can be written too. */
  readonly writable: readonly string[];
  /** Absolute paths inside those that must not be written. */
  readonly readOnly: readonly string[];
  /** Folders that are seen in the place of other, existing ones inside those, and must not be written. Absolute; none by default. */
  readonly mounts?: readonly { readonly from: string; readonly at: string }[] | undefined;
}

/** What to start. Nothing is inherited. */
export interface SandboxedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Confines what a target runs: it writes to its own folders alone, reaches no network, and leaves no process behind.
 *
 * {@link bubblewrapSandbox} is the one of this package; another program can bring its own.
 */
export interface Sandbox {
  /** Stands in results. */
  readonly name: string;
  wrap(request: SandboxRequest): Promise<SandboxedCommand>;
}
