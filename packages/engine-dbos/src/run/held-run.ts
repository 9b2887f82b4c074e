import { SuspendedError } from '../errors.js';
import type { Claim } from './claim.js';
import type { Execution } from './execution.js';

/** A run that this process holds. While it waits for a signal, a run of a queue keeps its place for a time, and then leaves it to others. */
export class HeldRun {
  readonly claim: Claim;
  /** Whether DBOS has begun it. */
  hasBegun = false;
  /** Absent until it was seen what is recorded of it. */
  execution: Execution | undefined;
  readonly #suspendAfterMs: number;
  #suspension: NodeJS.Timeout | undefined;
  #stays = false;

  constructor(claim: Claim, suspendAfterMs: number) {
    this.claim = claim;
    this.#suspendAfterMs = suspendAfterMs;
  }

  /** Says whether nothing can happen before a signal arrives. */
  waits(isWaiting: boolean): void {
    this.keepPlace();
    if (!isWaiting || this.#stays || this.claim.queue === undefined) return;
    this.#suspension = setTimeout(() => {
      this.execution?.interrupt(new SuspendedError(this.claim.id));
    }, this.#suspendAfterMs);
  }

  /** Says whether it keeps its place however long it waits. */
  stay(stays: boolean): void {
    this.#stays = stays;
    if (stays) this.keepPlace();
  }

  /** Does not leave its place before it waits anew. */
  keepPlace(): void {
    clearTimeout(this.#suspension);
  }
}
