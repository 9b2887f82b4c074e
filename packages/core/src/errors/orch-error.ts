/** What an {@link OrchError} can carry beside its message. */
export interface OrchErrorOptions {
  /** What the reader can do about it, as one plain sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base of every error this project throws on purpose.
 *
 * `code` is stable and meant for programs, `message` and `hint` for people.
 */
export abstract class OrchError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;
  /** The fault lies around a run, not in its work: the run is interrupted, and can be resumed when the fault is mended. */
  readonly interrupts: boolean = false;

  constructor(message: string, { hint, cause }: OrchErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}
