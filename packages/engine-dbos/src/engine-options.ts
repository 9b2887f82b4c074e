export interface DbosEngineOptions {
  /** `postgresql://…`; its password is shown nowhere. */
  readonly url: string;
  /** The version of the workflows' code. Runs go on only where it, or a version in `replays`, began or continued them. */
  readonly version: string;
  /** Older versions whose runs this code can go on with, because its changes are guarded by `ctx.patched()`. */
  readonly replays?: readonly string[] | undefined;
  /** Unique among live workers; host and process id by default. */
  readonly executor?: string | undefined;
  /** How long this process may be silent before others take its runs, in milliseconds; 15,000 by default. */
  readonly leaseMs?: number | undefined;
  /** Whether runs of dead workers are taken over; they are by default. */
  readonly takesOver?: boolean | undefined;
  /** How long a queue's run may wait for a signal before it lets go of its place, in milliseconds; 5000 by default. */
  readonly suspendAfterMs?: number | undefined;
  /** How long `start` waits for a database that is away; without end by default. */
  readonly startTimeoutMs?: number | undefined;
  /** How long a statement waits for a database that is away; without end by default. */
  readonly patienceMs?: number | undefined;
  /** How long `stop` waits for a database that does not answer before it gives up on it, in milliseconds; 5000 by default. */
  readonly stopPatienceMs?: number | undefined;
  /** Told, in words that may be shown, what an operator wants to know: that it waits for the database, took over, lost its lease. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** Limits of a queue. */
export interface QueueLimits {
  /** Most runs at once over all workers. The last one who says it counts; without, there is no limit, or the one said before. */
  readonly concurrency?: number | undefined;
  /** Most runs at once in this process; 0 for a queue that it takes none from any more. */
  readonly perWorker?: number | undefined;
}
