import type { Approval, Json } from '@codex-orch/core';
import {
  advanceFleet,
  type FleetInput,
  fleetInputSchema,
  type FleetRecord,
  fleetRecordOf,
  type FleetState,
  hasEnded,
  nextToBegin,
} from '@codex-orch/core/goals';
import type { DbosEngine, SeenRun, SeenWorker } from '@codex-orch/engine-dbos';
import { cancelledBy, cancelSignal, type CancelWish, wishedStop } from '../lanes/cancel-wish.js';
import type { Happened } from '../lanes/follow-goal.js';
import { fleetNamed, isFleetId } from '../lanes/fleet-place.js';
import { decisionAbout } from './decide-goal.js';
import { NulCharacterError } from './errors.js';
import { addUpNews, fleetQueue, fleetWorkflowName, newsSignal, type ToldFleet } from './fleet-news.js';
import { happenedTo } from './happened-to.js';
import { type GoalSeen, lookAtGoals } from './look-at-goals.js';
import { asJson, cloudQueue, goalQueue, remoteApprovalSignal, waitsForHuman } from './remote-goal.js';

/** A fleet of a database, as it stands at this moment. */
export interface FleetSeen {
  /** As its goals themselves say, and what people wished of them: nobody may be there who would have recorded it. */
  readonly record: FleetRecord;
  /** Its own run; undefined where nobody knows it. */
  readonly run: SeenRun | undefined;
  /** Those of its goals that were submitted and, by its record, have not ended. */
  readonly open: readonly GoalSeen[];
  /** All of its goals that were submitted. */
  readonly goals: readonly GoalSeen[];
  /** What was decided about goals and is not taken up yet, by their runs. */
  readonly decided: ReadonlyMap<string, Approval>;
  /** Who takes goals from its queue or has some of its own, those among them that are gone without a word. */
  readonly workers: readonly SeenWorker[];
  /** The queue of its goals. */
  readonly queue: string;
  /** The login that its goals in Codex Cloud belong to, and the workers that have it; undefined where it has no such goals. */
  readonly cloud: { readonly account: string; readonly workers: readonly SeenWorker[] } | undefined;
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

  /** Begins a fleet, durably. The same id twice is one. Throws {@link NulCharacterError}. */
  async submit(input: FleetInput): Promise<void> {
    const nul = nulIn(asJson(input));
    if (nul) throw new NulCharacterError(nul.join('.'));
    const queue = fleetQueue(this.#queue);
    this.#engine.defineQueue(queue, {});
    // Nobody may be there yet who takes anything from it.
    if (input.cloud) this.#engine.defineQueue(cloudQueue(this.#queue, input.cloud.account), {});
    await this.#engine.submit(fleetWorkflowName, asJson(input), { id: input.fleetId, queue });
  }

  /** What was begun, the oldest first. */
  async inputs(having?: { readonly field: string; readonly value: string }): Promise<readonly FleetInput[]> {
    const queue = fleetQueue(this.#queue);
    const found = await this.#engine.submissions({ workflow: fleetWorkflowName, queue, having });
    // A newer version may say more than this one understands.
    const inputs = found.flatMap(({ id, input }) => {
      const { data } = fleetInputSchema.safeParse(input);
      return data?.fleetId === id ? data : [];
    });
    return inputs.filter(({ fleetId }) => isFleetId(fleetId));
  }

  /** Finds a fleet by its id, the beginning or the end of it, or `latest`. Throws `UnknownFleetError`. */
  async find(asked: string): Promise<FleetInput> {
    return fleetNamed(await this.inputs(), asked, `in the queue "${this.#queue}" of this database`);
  }

  /** How a fleet stands. */
  async look(input: FleetInput): Promise<FleetSeen> {
    const { fleetId } = input;
    const engine = this.#engine;
    const [run] = await engine.seen([fleetId], newsSignal);
    const told = await this.#toldOf(input, run);
    const submitted = await lookAtGoals(
      engine,
      told.fleet.goals.filter(({ base }) => base !== null),
    );
    const fleet = caughtUp(told.fleet, await engine.sent(fleetId, cancelSignal), submitted);
    const byId = new Map(fleet.goals.map((goal) => [goal.id, goal]));
    const goals = submitted.map((one) => ({ ...one, goal: byId.get(one.goal.id) ?? one.goal }));
    const open = goals.filter(({ goal }) => !hasEnded(goal));
    const isStuck = open.every(
      ({ goal, how }) => goal.standing === 'parked' && (how === 'waits' || how === 'interrupted'),
    );
    const isParked = told.began && isStuck && open.length > 0 && nextToBegin(fleet) === undefined;
    const isAbandoned = run === undefined || run.interruption !== null || (run.outcome !== null && !open.some(isHeld));
    const workers = await this.#workersOf([fleetId, ...open.map(({ goal }) => goal.runId)]);
    return {
      record: endedAs(fleetRecordOf(fleet, input, new Date(told.record.updatedAt)), run, open.filter(isHeld)),
      run,
      open,
      goals,
      decided: await this.#decided(open),
      workers,
      queue: this.#queue,
      cloud: input.cloud && { account: input.cloud.account, workers: this.#loggedIn(workers, input.cloud.account) },
      isIdle: isParked || isAbandoned,
    };
  }

  /** Whose goals of this queue, and which of these runs, workers have. */
  async #workersOf(runs: readonly string[]): Promise<readonly SeenWorker[]> {
    const wanted = [this.#queue, fleetQueue(this.#queue)];
    // Those of an older version do not say where they take goals from.
    const takes = ({ queues }: SeenWorker): boolean =>
      queues.length === 0 || queues.some((queue) => wanted.includes(queue));
    const workers = await this.#engine.workers();
    return workers.filter((worker) => takes(worker) || worker.runs.some((id) => runs.includes(id)));
  }

  #loggedIn(workers: readonly SeenWorker[], account: string): readonly SeenWorker[] {
    const own = cloudQueue(this.#queue, account);
    return workers.filter(({ queues }) => queues.includes(own));
  }

  /** Decisions about goals that waited when they were last heard of, and that stand in line since somebody decided. */
  async #decided(open: readonly GoalSeen[]): Promise<ReadonlyMap<string, Approval>> {
    const decided = new Map<string, Approval>();
    for (const { goal, how, standing } of open) {
      if (how !== 'works' || !standing || !waitsForHuman(standing)) continue;
      const approval = decisionAbout(standing, await this.#engine.sent(goal.runId, remoteApprovalSignal));
      if (approval) decided.set(goal.runId, approval);
    }
    return decided;
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
   * Has goals cancelled; null means all. What no live worker has ends at once; whoever has the rest is asked to end it, and records what
   * follows for goals that depend on these.
   */
  async cancel({ record: { fleetId }, open }: FleetSeen, wish: CancelWish): Promise<void> {
    const engine = this.#engine;
    // What dead workers had belongs to nobody, also where no worker is left who would say so.
    await engine.takeOver();
    await engine.signal(fleetId, cancelSignal, asJson(wish) satisfies Json);
    const failure = cancelledBy(wish);
    for (const { goal, how } of open)
      if (how !== 'unknown' && (wish.goals?.includes(goal.id) ?? true)) await engine.cancel(goal.runId, failure);
    if (wish.goals !== null) return;
    const [run] = await engine.seen([fleetId], newsSignal);
    if (run?.executor == null) await engine.cancel(fleetId, failure);
  }
}

/** Where a NUL character is in JSON, first of all; undefined where there is none. */
function nulIn(json: Json | undefined): readonly string[] | undefined {
  if (typeof json === 'string') return json.includes('\0') ? [] : undefined;
  if (typeof json !== 'object' || json === null) return undefined;
  for (const [name, value] of Object.entries(json)) {
    if (name.includes('\0')) return [name.replaceAll('\0', '\\0')];
    const within = nulIn(value);
    if (within) return [name, ...within];
  }
  return undefined;
}

/** A fleet after what people wished of it, and what became of its goals, whether or not somebody has recorded that. */
function caughtUp(told: FleetState, wishes: readonly Json[], goals: readonly GoalSeen[]): FleetState {
  let fleet = told;
  const happen = (happened: Happened | undefined): void => {
    if (happened) fleet = advanceFleet(fleet, { ...happened, elapsedMs: 0 });
  };
  const hear = (): void => {
    for (const one of goals) {
      const goal = fleet.goals.find(({ id }) => id === one.goal.id);
      if (goal && !hasEnded(goal)) happen(happenedTo({ ...one, goal }));
    }
  };
  for (const wish of wishes) {
    happen(wishedStop(fleet, wish));
    hear();
  }
  hear();
  return fleet;
}

/** Whether a worker has a goal at this moment, who can still do anything with it. */
const isHeld = ({ run }: GoalSeen): boolean => run?.executor != null;

/** A fleet whose own run was ended from outside says nothing more of its goals; those that workers have end when these let go of them. */
function endedAs(record: FleetRecord, run: SeenRun | undefined, held: readonly GoalSeen[]): FleetRecord {
  if (record.over || run?.outcome?.ok !== false) return record;
  const { status, outcome } = run;
  const standing = status === 'cancelled' ? 'cancelled' : 'failed';
  const stays = (goal: FleetRecord['goals'][number]): boolean =>
    hasEnded(goal) || held.some((one) => one.goal.id === goal.id);
  return {
    ...record,
    over: held.length === 0,
    goals: record.goals.map((goal) => (stays(goal) ? goal : { ...goal, standing, end: outcome.error })),
  };
}
