import { OrchError, readRun, type RunRecord } from '@codex-orch/core';
import { isHeld } from '@codex-orch/core/integration';
import { hasEnded, type FleetRecord, readFleetRecord } from '@codex-orch/core/goals';
import type { ArrivalsByRepository } from '../compose/integration/arrivals.js';
import { fleetDir } from '../compose/lanes/fleet-place.js';
import { runLayout } from '../compose/noted-runs.js';
import type { GarbageOptions } from './collect-garbage.js';

/** Goals that nobody went on with for so long are given up, whatever age is asked for. */
const givenUpMs = 30 * 86_400_000;

/** Which runs the goals that were begun together still need. */
export class FleetNeeds {
  readonly #options: Pick<GarbageOptions, 'env' | 'resumableMs'>;
  readonly #records = new Map<string, Promise<FleetRecord | undefined>>();

  constructor(options: Pick<GarbageOptions, 'env' | 'resumableMs'>) {
    this.#options = options;
  }

  /** Why the work tree of a run has to stay: a goal that has not begun is to start from its commit. Undefined where none is. */
  async of(fleetId: string, runId: string): Promise<string | undefined> {
    const record = await this.#record(fleetId);
    if (
      !record ||
      record.over ||
      Date.parse(record.updatedAt) <= Date.now() - Math.max(givenUpMs, this.#options.resumableMs)
    )
      return undefined;
    const own = record.goals.find((goal) => goal.runId === runId);
    const dependant = record.goals.find(
      (goal) => own !== undefined && goal.after.includes(own.id) && goal.base === null && !hasEnded(goal),
    );
    return dependant && `the goal "${dependant.id}" of ${fleetId} is to start from it`;
  }

  /** Why the directory of a run has to stay: the approved work of a goal that started from it is not held yet, and cannot go in without it. */
  async dependant(fleetId: string, runId: string, arrivals: ArrivalsByRepository): Promise<string | undefined> {
    const record = await this.#record(fleetId);
    const own = record?.goals.find((goal) => goal.runId === runId);
    if (!record || !own) return undefined;
    const layout = runLayout(this.#options.env, record.repository);
    for (const { id, runId: other, task, after } of record.goals) {
      if (!after.includes(own.id)) continue;
      const run = await unlessDamaged(readRun(layout.place(task ?? 'adhoc', other)));
      const where = run && (await arrivals.whereabouts(record.repository, run));
      if (where && !isHeld(where)) return `the goal "${id}", which started from it, is not merged yet`;
    }
    return undefined;
  }

  #record(fleetId: string): Promise<FleetRecord | undefined> {
    const known = this.#records.get(fleetId) ?? readFleetRecord(fleetDir(this.#options.env, fleetId));
    this.#records.set(fleetId, known);
    return known;
  }
}

async function unlessDamaged(reading: Promise<RunRecord | undefined>): Promise<RunRecord | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return undefined;
  }
}
