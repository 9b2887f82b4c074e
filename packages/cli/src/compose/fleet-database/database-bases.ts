import { setTimeout as delay } from 'node:timers/promises';
import { OrchError } from '@codex-orch/core';
import { type FleetGoal, type FleetInput, type FleetState, mergeBases, objectIdSchema } from '@codex-orch/core/goals';
import type { ArtifactDigest, DbosEngine } from '@codex-orch/engine-dbos';
import { z } from 'zod';
import { lookAtGoals } from './look-at-goals.js';
import { asJson, workBundle } from './remote-goal.js';
import { baseRef, type BasePlace, openFleetBases, storeCommit, takeCommit } from './remote-base.js';

/** The signal under which it is noted where the base of a goal lies that starts from the work of others. */
const baseSignal = 'base';

const baseSchema = z.object({
  goal: z.string(),
  commit: objectIdSchema,
  bundle: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int() }),
});

type Base = z.infer<typeof baseSchema>;

/** The promoted work of a goal is nowhere to be found. */
class WorkMissingError extends OrchError {
  readonly code = 'goal-work-missing';

  constructor(goal: string, needed: string) {
    super(`"${goal}" is to start from the work of "${needed}", which its worker did not leave in the shared store.`, {
      hint: 'Begin these goals again with workers of this version.',
    });
  }
}

/** A shared store that is away may be back soon. */
const storeTries = 5;
const firstPauseMs = 1000;

/** What goals start from that depend on others, put together on whichever machine has the fleet, and shared with all. */
export class DatabaseBases {
  readonly #place: BasePlace & { readonly engine: DbosEngine };

  constructor(place: BasePlace & { readonly engine: DbosEngine }) {
    this.#place = place;
  }

  /** The commit that holds the work of all that a goal depends on; every machine can have it once this resolves. */
  async prepare(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<string> {
    if (goal.after.length === 0) return input.base.commit;
    return this.#patiently(() => this.#merge(goal, fleet, input, signal), signal);
  }

  async #patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        const code = error instanceof OrchError ? error.code : undefined;
        if (code !== 'artifact-store' || tries === storeTries) throw error;
      }
      await delay(firstPauseMs * 2 ** tries, undefined, { signal });
    }
  }

  async #merge(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<string> {
    const { repository, engine } = this.#place;
    const base = input.base.commit;
    const known = new Map((await this.#bases(input)).map((one) => [one.goal, one]));
    const gitDir = await openFleetBases(this.#place, input.fleetId, base);
    const needed = fleet.goals.filter(({ id, commit }) => goal.after.includes(id) && commit !== null);
    const works = [];
    for (const { goal: other, standing } of await lookAtGoals(engine, needed)) {
      const { id, runId, commit } = other;
      const bundle = standing?.artifacts.find(({ path }) => path === workBundle);
      if (!bundle || commit === null) throw new WorkMissingError(goal.id, id);
      // It stands on its own base, which another worker may have put together.
      const own = known.get(id);
      if (own) await takeCommit(gitDir, { ...own, ref: baseRef(runId) }, this.#place, signal);
      await takeCommit(gitDir, { commit, bundle, ref: `refs/heads/codex-orch/${id}` }, this.#place, signal);
      works.push({ id, commit, gitDir });
    }
    const commit = await mergeBases({ repository, gitDir, goal: goal.id, base, works, signal });
    if (commit === base) return base;
    const stored = await storeCommit(gitDir, { commit, base, ref: baseRef(goal.runId) }, this.#place, signal);
    const noted: Base = { goal: goal.id, commit, bundle: stored };
    await engine.signal(input.fleetId, baseSignal, asJson(noted), `base:${goal.id}`);
    return commit;
  }

  /** Where the base of a goal lies; undefined for one that starts from what every clone has. */
  async bundleOf(goal: FleetGoal, input: FleetInput): Promise<ArtifactDigest | undefined> {
    if (goal.after.length === 0) return undefined;
    return (await this.#bases(input)).find((one) => one.goal === goal.id)?.bundle;
  }

  async #bases({ fleetId }: FleetInput): Promise<readonly Base[]> {
    const noted = await this.#place.engine.sent(fleetId, baseSignal);
    // Whoever reaches the database can say anything; what is no base is passed over.
    return noted.flatMap((payload) => baseSchema.safeParse(payload).data ?? []);
  }
}
