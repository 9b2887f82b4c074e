import type { IntegrationCandidate, RunOutcome } from './integration-record.js';

const isIn = (run: RunOutcome | undefined): boolean =>
  run?.outcome === 'integrated' || run?.outcome === 'already-there';

/** What became of each run so far. */
export class Outcomes {
  readonly #runs = new Map<string, RunOutcome>();
  readonly #followUps: ReadonlyMap<string, string>;
  readonly #onDecided: (run: RunOutcome) => void;

  constructor(
    runs: readonly IntegrationCandidate[],
    earlier: readonly RunOutcome[],
    onDecided: (run: RunOutcome) => void,
  ) {
    this.#followUps = new Map(earlier.flatMap(({ runId, followUp }) => (followUp === null ? [] : [[runId, followUp]])));
    this.#onDecided = onDecided;
    for (const run of runs) this.#runs.set(run.runId, this.#pending(run));
  }

  get all(): RunOutcome[] {
    return [...this.#runs.values()];
  }

  /** Forgets what was decided about merges and tests; an approval that is missing stays missing. */
  forget(): void {
    for (const run of this.all) if (run.outcome !== 'not-approved') this.#runs.set(run.runId, this.#pending(run));
  }

  decide(runId: string, outcome: RunOutcome['outcome'], more: Partial<RunOutcome> = {}): void {
    const before = this.#runs.get(runId);
    if (!before) return;
    const run = { ...before, ...more, outcome };
    this.#runs.set(runId, run);
    this.#onDecided(run);
  }

  /** The integration failed: nothing of what was built is on the branch. */
  fail(): void {
    for (const { runId, outcome } of this.all) {
      if (outcome === 'pending') this.decide(runId, 'untested');
      if (outcome === 'integrated') this.decide(runId, 'unpublished');
    }
  }

  isIntegrated = (runId: string): boolean => this.#runs.get(runId)?.outcome === 'integrated';

  areIn = (runIds: readonly string[]): boolean => runIds.every((runId) => isIn(this.#runs.get(runId)));

  get areAllIn(): boolean {
    return this.all.every(isIn);
  }

  /** Leaves out what waits for a run that will not be in; also what waits for itself. */
  withoutBlocked<T extends IntegrationCandidate>(queue: readonly T[]): readonly T[] {
    const isWaiting = new Set<string>();
    return queue.filter(({ runId, after }) => {
      const missing = after.find((needed) => !isWaiting.has(needed) && !isIn(this.#runs.get(needed)));
      if (missing === undefined) isWaiting.add(runId);
      else {
        const message = `It depends on run ${missing}, which is not in; name that one, too.`;
        this.decide(runId, 'blocked', { reason: { code: 'integration-blocked', message } });
      }
      return missing === undefined;
    });
  }

  #pending({ runId, goal, diffSha256 }: Pick<RunOutcome, 'runId' | 'goal' | 'diffSha256'>): RunOutcome {
    return {
      runId,
      goal,
      diffSha256,
      outcome: 'pending',
      commit: null,
      needsApproval: false,
      test: null,
      reason: null,
      conflict: null,
      guilty: [],
      followUp: this.#followUps.get(runId) ?? null,
    };
  }
}
