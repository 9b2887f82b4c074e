import type { Json } from '@codex-orch/core';
import { type FleetInput, fleetInputSchema, type FleetRecord, hasEnded, nextToBegin } from '@codex-orch/core/goals';
import type { DbosEngine, SeenRun } from '@codex-orch/engine-dbos';
import { cancelSignal, type CancelWish } from '../lanes/cancel-wish.js';
import { fleetNamed } from '../lanes/fleet-place.js';
import { addUpNews, fleetQueue, fleetWorkflowName, newsSignal, type ToldFleet } from './fleet-news.js';
import { type GoalSeen, lookAtGoals } from './look-at-goals.js';
import { asJson, goalQueue } from './remote-goal.js';

/** A fleet of a database, as it stands at this moment. */
export interface FleetSeen {
  readonly record: FleetRecord;
  /** Its own run; undefined where nobody knows it. */
  readonly run: SeenRun | undefined;
  /** Those of its goals that were submitted and, by its record, have not ended. */
  readonly open: readonly GoalSeen[];
  /** All of its goals that were submitted. */
  readonly goals: readonly GoalSeen[];
  /** Whether nothing happens to it before a human does something. */
  readonly isIdle: boolean;
}

/** The goals of files that were put into a queue of a database, for whoever reaches it. */
export class DatabaseFleets {
  readonly #engine: DbosEngine;
  readonly #queue: string;
  /** What was heard of fleets, and the newest of it. */
  readonly #told = new Map<string, { readonly newest: string; readonly told: ToldFleet }>();

  constructor(engine: DbosEngine, queue: string = goalQueue) {
    this.#engine = engine;
    this.#queue = queue;
  }

  /** Begins a fleet, durably. The same id twice is one. */
  async submit(input: FleetInput): Promise<void> {
    const queue = fleetQueue(this.#queue);
    this.#engine.defineQueue(queue, {});
    await this.#engine.submit(fleetWorkflowName, asJson(input), { id: input.fleetId, queue });
  }

  /** What was begun, the oldest first. */
  async inputs(having?: { readonly field: string; readonly value: string }): Promise<readonly FleetInput[]> {
    const queue = fleetQueue(this.#queue);
    const found = await this.#engine.submissions({ workflow: fleetWorkflowName, queue, having });
    // A newer version may say more than this one understands.
    return found.flatMap(({ input }) => fleetInputSchema.safeParse(input).data ?? []);
  }

  /** Finds a fleet by its id, the beginning or the end of it, or `latest`. Throws `UnknownFleetError`. */
  async find(asked: string): Promise<FleetInput> {
    return fleetNamed(await this.inputs(), asked);
  }

  /** How a fleet stands. */
  async look(input: FleetInput): Promise<FleetSeen> {
    const { fleetId } = input;
    const [run] = await this.#engine.seen([fleetId], newsSignal);
    const told = await this.#toldOf(input, run);
    const submitted = told.fleet.goals.filter(({ base }) => base !== null);
    const goals = await lookAtGoals(this.#engine, submitted);
    const open = goals.filter(({ goal }) => !hasEnded(goal));
    const isStuck = open.every(
      ({ goal, how }) => goal.standing === 'parked' && (how === 'waits' || how === 'interrupted'),
    );
    // Its record is a moment behind the goals, and goals behind what somebody has just said.
    const isParked = told.began && isStuck && open.length > 0 && nextToBegin(told.fleet) === undefined;
    const isAbandoned = run === undefined || run.interruption !== null || run.outcome !== null;
    return { record: endedAs(told.record, run), run, open, goals, isIdle: isParked || isAbandoned };
  }

  /** Reads all news only where there is some. */
  async #toldOf(input: FleetInput, run: SeenRun | undefined): Promise<ToldFleet> {
    const { fleetId } = input;
    const newest = JSON.stringify(run?.said ?? null);
    const known = this.#told.get(fleetId);
    if (known?.newest === newest) return known.told;
    const told = addUpNews(input, await this.#engine.sent(fleetId, newsSignal));
    this.#told.set(fleetId, { newest, told });
    return told;
  }

  /** Sees to it that what was interrupted is gone on with. */
  async resume({ run, open }: FleetSeen): Promise<void> {
    if (run?.interruption) await this.#engine.resume(run.id);
    for (const { how, goal } of open) if (how === 'interrupted') await this.#engine.resume(goal.runId);
  }

  /**
   * Has goals cancelled by whoever executes their fleet; null means all. Where nobody does, those that were submitted end at once, and
   * the others when the fleet is gone on with; of all, nothing is left to go on with.
   */
  async cancel({ record, run, open }: FleetSeen, wish: CancelWish): Promise<void> {
    const { fleetId } = record;
    await this.#engine.signal(fleetId, cancelSignal, asJson(wish) satisfies Json);
    if (run?.executor != null) return;
    for (const { goal } of open) if (wish.goals?.includes(goal.id) ?? true) await this.#engine.cancel(goal.runId);
    if (wish.goals === null) await this.#engine.cancel(fleetId);
  }
}

/** A fleet whose own run was ended from outside says nothing more of its goals. */
function endedAs(record: FleetRecord, run: SeenRun | undefined): FleetRecord {
  if (record.over || run?.outcome?.ok !== false) return record;
  const { status, outcome } = run;
  const standing = status === 'cancelled' ? 'cancelled' : 'failed';
  return {
    ...record,
    over: true,
    goals: record.goals.map((goal) => (hasEnded(goal) ? goal : { ...goal, standing, end: outcome.error })),
  };
}
