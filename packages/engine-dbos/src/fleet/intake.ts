import type { Claim } from '../run/claim.js';
import type { Claims } from '../run/claims.js';
import type { Queues } from '../run/queues.js';

export interface IntakeOptions {
  readonly claims: Claims;
  readonly queues: Queues;
  /** The workflows whose code is here, by name. */
  readonly workflows: ReadonlyMap<string, unknown>;
  /** Whether runs without a queue are taken too: such ones stand in line only after their worker died. */
  readonly takesOver: boolean;
  /** How many runs of a queue are at work here. */
  readonly countOf: (queue: string | undefined) => number;
  /** How long this worker may be silent before others take its runs, in milliseconds. */
  readonly leaseMs: number;
  /** Whether a run is at work here. */
  readonly isExecuted: (id: string) => boolean;
  /** Begins what was taken; resolves when it counts. */
  readonly launch: (claims: readonly Claim[]) => Promise<void>;
  /** Told, in words that may be shown, why nothing could be taken. */
  readonly onNotice: ((message: string) => void) | undefined;
  /** Aborted when nothing more is to be taken. */
  readonly stopping: AbortSignal;
}

/** Takes queued runs, as many as there is room for, one look at a time. */
export class Intake {
  readonly #options: IntakeOptions;
  #looking: Promise<void> | undefined;
  #isWantedAgain = false;
  #lastForsakenLook = performance.now();
  /** Claims of single runs that are being made: what they hold is not executed yet. */
  #claiming = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** There may be runs to take, or room for them. What fails is told, and tried again by the next look. */
  look(): void {
    const { stopping } = this.#options;
    if (stopping.aborted) return;
    if (this.#looking) {
      this.#isWantedAgain = true;
      return;
    }
    this.#looking = this.#takeAll()
      .catch((error: unknown) => {
        if (stopping.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        this.#options.onNotice?.(`Queued runs could not be taken: ${why}`);
      })
      .finally(() => {
        this.#looking = undefined;
        if (!this.#isWantedAgain) return;
        this.#isWantedAgain = false;
        this.look();
      });
  }

  /** Takes one run, unless somebody executes it. */
  async take(id: string): Promise<void> {
    const { claims, launch } = this.#options;
    this.#claiming += 1;
    try {
      const claim = await claims.take(id);
      if (claim) await launch([claim]);
    } finally {
      this.#claiming -= 1;
    }
  }

  /** Resolves when the look that is under way is over. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async #takeAll(): Promise<void> {
    const { queues, takesOver } = this.#options;
    await this.#giveBackForsaken();
    for (const queue of queues.names) await this.#takeFrom(queue, queues.perWorker(queue));
    if (takesOver) await this.#takeFrom(undefined, Infinity);
  }

  async #takeFrom(queue: string | undefined, perWorker: number): Promise<void> {
    const { claims, workflows, countOf, launch, stopping } = this.#options;
    for (;;) {
      const room = perWorker - countOf(queue);
      if (stopping.aborted || room <= 0) return;
      const taken = await claims.takeQueued({ workflows: [...workflows.keys()], queue: queue ?? null, room });
      if (taken.length === 0) return;
      await launch(taken);
    }
  }

  /** Runs that this process has in the database alone would be nobody's for as long as it lives. */
  async #giveBackForsaken(): Promise<void> {
    const { claims, isExecuted, leaseMs, onNotice } = this.#options;
    const now = performance.now();
    if (now - this.#lastForsakenLook < leaseMs / 3) return;
    this.#lastForsakenLook = now;
    const forsaken = await claims.giveBackForsaken((id) => this.#claiming > 0 || isExecuted(id));
    for (const id of forsaken) onNotice?.(`Run ${id} was not let go of, and is in its queue again.`);
  }
}
