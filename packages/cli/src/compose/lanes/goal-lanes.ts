import { setImmediate } from 'node:timers/promises';
import {
  ifAbsent,
  type Json,
  makeFolder,
  newRunId,
  OrchError,
  type Repository,
  type RunLayout,
  type StepContext,
  type Workflow,
} from '@codex-orch/core';
import {
  createGoalsWorkflow,
  exhaustedBudget,
  type FleetEvent,
  type FleetGoal,
  type FleetInput,
  type FleetRecord,
  type FleetState,
  type GoalsServices,
  GoalsWaitingError,
  type GoalStart,
  mergeBases,
  outOfBudget,
  readFleetRecord,
  writeFleetRecord,
} from '@codex-orch/core/goals';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { secureOrchHome, workspaceDir } from '../orch-home.js';
import type { Orchestrator } from '../orchestrator.js';
import { cancelWish } from './cancel-wish.js';
import { CloudBaseError } from './errors.js';
import { startOf } from './start-of.js';
import { fleetDir, fleetGitDir } from './fleet-place.js';
import { afterTrouble, type Followed, followGoal, type Happened } from './follow-goal.js';

/** How often it is looked whether the budget of the whole is used up, in milliseconds. */
const budgetLookMs = 250;

export interface GoalLanesOptions {
  readonly orchestrator: Orchestrator;
  readonly repository: Repository;
  readonly env: NodeJS.ProcessEnv;
  /** Told how the fleet stands whenever that changes. */
  readonly onChange?: ((record: FleetRecord) => void) | undefined;
}

/** The lanes of this machine: many goals as runs of one orchestrator, which share one Codex. */
export class GoalLanes implements GoalsServices {
  readonly workflow: Workflow<FleetInput & Json, Readonly<Record<string, string>>>;
  readonly #options: GoalLanesOptions;
  readonly #layout: RunLayout;
  /** How many events the record knew when this process came to it. */
  #recorded: number | undefined;
  /** By run, so that a goal is followed once however often something happens to others. */
  readonly #followed = new Map<string, { readonly standing: string; readonly followed: Followed }>();

  constructor(options: GoalLanesOptions) {
    this.#options = options;
    this.#layout = options.orchestrator.layout;
    this.workflow = createGoalsWorkflow(this);
    options.orchestrator.engine.register(this.workflow);
  }

  /** Starts a fleet, durably. */
  async start(input: FleetInput): Promise<void> {
    const { env, orchestrator } = this.#options;
    await secureOrchHome(env);
    const dir = fleetDir(env, input.fleetId);
    await makeFolder(path.dirname(dir), { mode: 0o700 });
    await makeFolder(dir, { mode: 0o700 });
    await orchestrator.engine.run(this.workflow, input, { id: input.fleetId });
  }

  async newRunIds({ goals }: FleetInput): Promise<Readonly<Record<string, string>>> {
    const earlier = await this.#layout.locations().catch(() => []);
    return Object.fromEntries(goals.map(({ id }) => [id, newRunId(earlier.at(-1)?.runId)]));
  }

  async record(fleet: FleetState, input: FleetInput): Promise<void> {
    const dir = fleetDir(this.#options.env, input.fleetId);
    this.#recorded ??= (await readFleetRecord(dir))?.events ?? 0;
    // What was recorded before is gone through again when a fleet is taken up, and is no news to anybody.
    if (fleet.events < this.#recorded) return;
    const record = await writeFleetRecord(dir, fleet, input);
    this.#options.onChange?.(record);
  }

  async prepare(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<GoalStart> {
    const { orchestrator } = this.#options;
    try {
      const base = await this.#baseOf(goal, fleet, input, signal);
      const location = this.#layout.place(goal.task ?? 'adhoc', goal.runId);
      const isThere = await ifAbsent(lstat(location.dir), undefined);
      if (!isThere)
        await orchestrator.makePlace(location, { id: input.fleetId, base: input.base.commit, sharesCodex: true });
      return { base };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OrchError) || error.interrupts) throw error;
      const { code, message, hint } = error;
      return { refused: { code, message, ...(hint === undefined ? {} : { hint }) } };
    }
  }

  /** The commit that holds the work of all that a goal depends on. */
  async #baseOf(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<string> {
    const { env, repository } = this.#options;
    const works = fleet.goals.flatMap(({ id, commit, runId }) =>
      goal.after.includes(id) && commit !== null
        ? [{ id, commit, gitDir: path.join(workspaceDir(env, runId), 'git') }]
        : [],
    );
    if (works.length === 0) return input.base.commit;
    if (goal.mode === 'cloud')
      throw new CloudBaseError(
        goal.id,
        works.map(({ id }) => id),
      );
    const gitDir = fleetGitDir(env, input.fleetId);
    return mergeBases({ repository, gitDir, goal: goal.id, base: input.base.commit, works, signal });
  }

  async next(fleet: FleetState, input: FleetInput, step: StepContext): Promise<FleetEvent> {
    const over = new AbortController();
    const signal = AbortSignal.any([step.signal, over.signal]);
    const started = performance.now();
    try {
      const wish = cancelWish(fleet, step, signal);
      // What is to be cancelled must not be begun first.
      const first = await Promise.race([wish, setImmediate(undefined)]);
      const event = first ?? (await this.#happening(fleet, input, wish, started, signal));
      const isWorking = fleet.goals.some(({ standing }) => standing === 'running');
      return { ...event, elapsedMs: isWorking ? Math.round(performance.now() - started) : 0 };
    } finally {
      over.abort();
    }
  }

  async #happening(
    fleet: FleetState,
    input: FleetInput,
    wish: Promise<Happened>,
    started: number,
    signal: AbortSignal,
  ): Promise<Happened> {
    const open = fleet.goals.filter(({ standing }) => standing === 'running' || standing === 'parked');
    const followed = open.map((goal) => ({ goal, followed: this.#follow(goal, input) }));
    const parked = followed.filter(({ goal }) => goal.standing === 'parked');
    const isStuck = parked.length === followed.length;
    return Promise.race([
      wish,
      aborted(signal),
      ...followed.map(({ followed: { happened } }) => happened),
      ...(isStuck ? [this.#nothingToDo(parked, input)] : []),
      ...(isStuck ? [] : [this.#budgetSpent(fleet, started, signal)]),
    ]);
  }

  #follow(goal: FleetGoal, input: FleetInput): Followed {
    const key = `${goal.runId} ${goal.stopping ?? ''}`;
    const known = this.#followed.get(key);
    const isTroubled = goal.trouble !== null && goal.stopping === null;
    const standing = isTroubled ? 'troubled' : goal.standing;
    if (known?.standing === standing) return known.followed;
    const { orchestrator } = this.#options;
    const location = this.#layout.place(goal.task ?? 'adhoc', goal.runId);
    const begin = () =>
      orchestrator.begin(location, {
        goal: goal.goal,
        base: startOf(goal, input),
        limits: goal.limits,
        ...(goal.mode === 'cloud' ? { cloud: { environment: goal.environment, attempts: goal.attempts } } : {}),
      });
    const followed = isTroubled
      ? afterTrouble(goal, known !== undefined)
      : followGoal({ goal, location, orchestrator, begin, signal: orchestrator.stopping });
    this.#followed.set(key, { standing, followed });
    return followed;
  }

  async #nothingToDo(
    parked: readonly { readonly goal: FleetGoal; readonly followed: Followed }[],
    { fleetId }: FleetInput,
  ): Promise<never> {
    await Promise.all(parked.map(({ followed: { waits } }) => waits));
    throw new GoalsWaitingError(
      fleetId,
      parked.map(({ goal: { id, runId, asks, trouble } }) => ({ id, runId, asks, trouble })),
    );
  }

  /** Resolves when goals have used what they may use together. */
  #budgetSpent(fleet: FleetState, started: number, signal: AbortSignal): Promise<Happened> {
    const { tokens, minutes } = fleet.budget;
    return new Promise((resolve) => {
      if (tokens === null && minutes === null) return;
      const timer = setInterval(() => {
        const spent = exhaustedBudget(fleet, { tokens: this.#since(fleet), ms: performance.now() - started });
        const event = spent === undefined ? undefined : outOfBudget(fleet, spent);
        if (event?.type === 'stopped' && event.goals.length > 0) resolve(event);
      }, budgetLookMs);
      signal.addEventListener('abort', () => {
        clearInterval(timer);
      });
    });
  }

  /** Tokens that goals have used since the fleet's last event about them. */
  #since({ goals }: FleetState): number {
    return goals.reduce((sum, { runId, standing, usage }) => {
      const present = standing === 'running' ? this.#options.orchestrator.present(runId) : undefined;
      return present ? sum + present.state.usage.totalTokens + present.turnTokens - usage.totalTokens : sum;
    }, 0);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
