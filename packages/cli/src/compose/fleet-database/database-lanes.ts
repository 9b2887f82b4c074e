import { setTimeout as delay } from 'node:timers/promises';
import { interruptsRun, type Json, newRunId, OrchError, type StepContext, type Workflow } from '@codex-orch/core';
import {
  createGoalsWorkflow,
  exhaustedBudget,
  type FleetEvent,
  type FleetGoal,
  type FleetInput,
  type FleetState,
  type GoalsServices,
  type GoalStart,
  hasEnded,
  outOfBudget,
} from '@codex-orch/core/goals';
import type { ArtifactDigest, DbosEngine } from '@codex-orch/engine-dbos';
import { startOf } from '../lanes/start-of.js';
import { cancelWish } from '../lanes/cancel-wish.js';
import { CloudBaseError } from '../lanes/errors.js';
import type { Happened } from '../lanes/follow-goal.js';
import { DatabaseBases } from './database-bases.js';
import { newsOf, newsSignal } from './fleet-news.js';
import { happenedTo } from './happened-to.js';
import { CloudSignOffError } from './errors.js';
import { type GoalSeen, lookAtGoals } from './look-at-goals.js';
import { asJson, lineOf, type RemoteGoal, remoteGoalWorkflowName } from './remote-goal.js';
import type { BasePlace } from './remote-base.js';

/** How often it is looked how goals stand, in milliseconds: while somebody works on one, and while none does. */
const lookMs = { working: 500, idle: 1500 };

export interface DatabaseLanesOptions extends BasePlace {
  readonly engine: DbosEngine;
  /** Where the goals stand in line. */
  readonly queue: string;
}

/** The lanes of a database: many goals as runs that any worker takes, and the fleet itself as one that any worker goes on with. */
export class DatabaseLanes implements GoalsServices {
  readonly workflow: Workflow<FleetInput & Json, Readonly<Record<string, string>>>;
  readonly #options: DatabaseLanesOptions;
  readonly #bases: DatabaseBases;
  /** How many pieces of news a fleet had when this process came to it. */
  readonly #told = new Map<string, Promise<number>>();
  /** What this process has submitted or cancelled. */
  readonly #done = new Set<string>();

  constructor(options: DatabaseLanesOptions) {
    this.#options = options;
    this.#bases = new DatabaseBases(options);
    this.workflow = createGoalsWorkflow(this);
  }

  newRunIds({ goals }: FleetInput): Promise<Readonly<Record<string, string>>> {
    let last: string | undefined;
    return Promise.resolve(Object.fromEntries(goals.map(({ id }) => [id, (last = newRunId(last))])));
  }

  async record(fleet: FleetState, { fleetId }: FleetInput, event?: FleetEvent): Promise<void> {
    const { engine } = this.#options;
    const told = this.#told.get(fleetId) ?? engine.sent(fleetId, newsSignal).then((news) => news.length);
    this.#told.set(fleetId, told);
    // All of it is gone through again when a fleet is taken up.
    if (fleet.events < (await told)) return;
    const { key, payload } = newsOf(fleet, event);
    await engine.signal(fleetId, newsSignal, payload, key);
  }

  async prepare(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<GoalStart> {
    try {
      if (goal.mode === 'cloud') assertForCloud(goal, input);
      return { base: await this.#bases.prepare(goal, fleet, input, signal) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
      const { code, message, hint } = error;
      return { refused: { code, message, ...(hint === undefined ? {} : { hint }) } };
    }
  }

  async next(fleet: FleetState, input: FleetInput, step: StepContext): Promise<FleetEvent> {
    const over = new AbortController();
    const signal = AbortSignal.any([step.signal, over.signal]);
    const clock = new WorkClock();
    const wish = cancelWish(fleet, step, signal);
    try {
      for (;;) {
        const happened = await Promise.race([wish, this.#look(fleet, input, clock)]);
        if (happened) return { ...happened, elapsedMs: clock.ms };
        const wished = await Promise.race([
          wish,
          delay(lookMs[clock.isRunning ? 'working' : 'idle'], undefined, { signal }),
        ]);
        if (wished) return { ...wished, elapsedMs: clock.ms };
      }
    } finally {
      over.abort();
    }
  }

  async #look(fleet: FleetState, input: FleetInput, clock: WorkClock): Promise<Happened | undefined> {
    const { engine } = this.#options;
    const open = fleet.goals.filter((goal) => goal.base !== null && !hasEnded(goal));
    for (const goal of open) await this.#submit(goal, fleet, input);
    const seen = await lookAtGoals(engine, open);
    for (const goal of open) if (goal.stopping !== null) await this.#stop(goal, seen);
    clock.tick(seen.some(({ works }) => works));
    for (const one of seen) {
      const happened = happenedTo(one);
      if (happened) return happened;
    }
    const tokens = seen.reduce((sum, { goal, usage }) => sum + usage.totalTokens - goal.usage.totalTokens, 0);
    const spent = exhaustedBudget(fleet, { tokens, ms: clock.ms });
    const event = spent === undefined ? undefined : outOfBudget(fleet, spent);
    return event?.type === 'stopped' && event.goals.length > 0 ? event : undefined;
  }

  /** Puts a goal into the queue, once over all processes: the database knows its run. */
  async #submit(goal: FleetGoal, fleet: FleetState, input: FleetInput): Promise<void> {
    const { engine, queue } = this.#options;
    if (goal.stopping !== null || this.#done.has(goal.runId)) return;
    const bundle = await this.#bases.bundleOf(goal, input);
    const after = fleet.goals.filter(({ id }) => goal.after.includes(id)).map(({ runId }) => runId);
    const remote = remoteGoalOf(goal, input, queue, bundle, after);
    await engine.submit(remoteGoalWorkflowName, asJson(remote), { id: goal.runId, queue: lineOf(remote) });
    this.#done.add(goal.runId);
  }

  async #stop({ runId }: FleetGoal, seen: readonly GoalSeen[]): Promise<void> {
    const key = `stop ${runId}`;
    const isKnown = seen.some(({ goal, how }) => goal.runId === runId && how !== 'unknown');
    if (!isKnown || this.#done.has(key)) return;
    await this.#options.engine.cancel(runId);
    this.#done.add(key);
  }
}

/** Throws for a goal that Codex Cloud could not be handed: by any worker, for all that is known of it. */
function assertForCloud({ id, after, environment }: FleetGoal, { cloud }: FleetInput): void {
  // The cloud works on what is pushed.
  if (after.length > 0) throw new CloudBaseError(id, after);
  if (!cloud) throw new CloudSignOffError(id, 'nobody signed it off');
  if (environment === null) throw new CloudSignOffError(id, 'it names no environment');
}

const remoteGoalOf = (
  { id, runId, task, goal, mode, environment, attempts, base, limits, after: needed }: FleetGoal,
  input: FleetInput,
  queue: string,
  bundle: ArtifactDigest | undefined,
  after: string[],
): RemoteGoal => ({
  runId,
  taskId: task ?? 'adhoc',
  goal,
  base: startOf({ base, after: needed }, input),
  limits,
  ...(mode === 'cloud' && input.cloud && environment !== null
    ? { cloud: { environment, attempts, account: input.cloud.account } }
    : {}),
  of: { fleetId: input.fleetId, goal: id, queue },
  ...(bundle ? { others: { fleetId: input.fleetId, base: input.base.commit, bundle, after } } : {}),
});

/** Counts the time in which somebody worked on goals; that in which all of them stand in line or wait costs nothing. */
class WorkClock {
  #ms = 0;
  #last = performance.now();
  #worked = false;

  tick(works: boolean): void {
    const now = performance.now();
    if (works && this.#worked) this.#ms += now - this.#last;
    this.#worked = works;
    this.#last = now;
  }

  get isRunning(): boolean {
    return this.#worked;
  }

  get ms(): number {
    return Math.round(this.#ms);
  }
}
