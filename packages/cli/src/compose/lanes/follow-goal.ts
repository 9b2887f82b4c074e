import { setTimeout as delay } from 'node:timers/promises';
import {
  ApprovalPendingError,
  describeFailure,
  EngineStoppedError,
  type GoalPhase,
  isTerminal,
  LockedError,
  noUsage,
  readRun,
  type RunLocation,
  UnknownWorkflowRunError,
} from '@codex-orch/core';
import type { FleetEnd, FleetEvent, FleetGoal } from '@codex-orch/core/goals';
import type { Orchestrator } from '../orchestrator.js';

/** An event of a fleet, before it is known how long it took. */
export type Happened = WithoutTime<Extract<FleetEvent, { readonly elapsedMs: number }>>;

type WithoutTime<E> = E extends unknown ? Omit<E, 'elapsedMs'> : never;

/** A goal that is worked on, or that waits for a human. */
export interface Followed {
  /** Resolves when something happened to it; rejects when that cannot be known here. */
  readonly happened: Promise<Happened>;
  /** Resolves when it is known that a parked goal goes on waiting. */
  readonly waits: Promise<void>;
}

export interface FollowGoalOptions {
  readonly goal: FleetGoal;
  readonly location: RunLocation;
  readonly orchestrator: Orchestrator;
  /** Begins the run or goes on with it. */
  readonly begin: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** How often it is looked whether somebody else has let go of a run, or answered, in milliseconds. */
const lookMs = 300;

/** Follows one goal until something happened to it. */
export function followGoal(options: FollowGoalOptions): Followed {
  let waiting!: () => void;
  const waits = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const { goal } = options;
  const isAsked = goal.standing === 'parked' && goal.asks.length > 0 && goal.stopping === null;
  const happened = (isAsked ? untilAnswered(options, waiting) : untilChanged(options, waiting)).catch(
    (error: unknown) => troubled(options, error),
  );
  // It may be followed for no more than a while.
  happened.catch(() => undefined);
  return { happened, waits };
}

/** What is wrong with one goal's run holds up that goal alone, until somebody has mended it and the fleet is gone on with. */
function troubled({ goal, signal }: FollowGoalOptions, error: unknown): Happened {
  // The work of all of them ends.
  if (signal.aborted || error instanceof EngineStoppedError) throw error;
  const { id, usage, asks, stopping } = goal;
  const trouble = describeFailure(error, 'internal-error');
  // It was to end anyway, and would be in nobody's way.
  return stopping === null
    ? { type: 'parked', goal: id, usage, asks, trouble }
    : { type: 'ended', goal: id, state: 'cancelled', commit: null, usage, end: trouble };
}

/** A goal that is parked for its trouble: in the process that met it nothing changes, and another one tries again. */
export const afterTrouble = ({ id }: FleetGoal, isKnown: boolean): Followed => ({
  happened: isKnown ? new Promise<never>(() => undefined) : Promise.resolve({ type: 'answered', goal: id }),
  waits: Promise.resolve(),
});

async function untilChanged(options: FollowGoalOptions, waiting: () => void): Promise<Happened> {
  const { goal, location, orchestrator } = options;
  const { engine } = orchestrator;
  // Whoever holds it hears of it, too.
  if (goal.stopping !== null) await engine.cancel(goal.runId).catch(ignoreUnknown);
  await open(options);
  try {
    if (goal.stopping !== null) await engine.cancel(goal.runId);
    const { status, error } = await engine.settled(goal.runId);
    if (status !== 'waiting' || (goal.standing === 'running' && goal.stopping === null))
      return await standingOf(goal, location, error);
    if (goal.stopping === null) waiting();
    await engine.result(goal.runId).catch(async (thrown: unknown) => {
      // How it ended is in its record, unless it was interrupted.
      if (!isTerminal((await readRun(location))?.state.phase ?? 'new')) throw thrown;
    });
    return await standingOf(goal, location);
  } catch (error) {
    if (!(error instanceof ApprovalPendingError)) throw error;
    return standingOf(goal, location);
  }
}

function ignoreUnknown(error: unknown): void {
  if (!(error instanceof UnknownWorkflowRunError)) throw error;
}

/** Takes the run as soon as nobody else holds it. */
async function open({ begin, signal }: FollowGoalOptions): Promise<void> {
  for (;;) {
    try {
      await begin();
      return;
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
    }
    await delay(lookMs, undefined, { signal });
  }
}

async function untilAnswered(
  { goal, location, orchestrator, signal }: FollowGoalOptions,
  waiting: () => void,
): Promise<Happened> {
  for (;;) {
    const answered = await orchestrator.answered(location);
    const state = (await readRun(location))?.state;
    const isOpen = goal.asks.every((id) => state?.elevations.some((open) => open.id === id));
    if (!isOpen || goal.asks.every((id) => answered.has(id))) return { type: 'answered', goal: goal.id };
    waiting();
    await delay(lookMs, undefined, { signal });
  }
}

/** What a run's own record says of its goal. */
async function standingOf(
  { id }: FleetGoal,
  location: RunLocation,
  failure?: { readonly code: string; readonly message: string },
): Promise<Happened> {
  const run = await readRun(location);
  const usage = run?.state.usage ?? noUsage;
  const phase: GoalPhase = run?.state.phase ?? 'new';
  if (isTerminal(phase)) {
    const state: FleetEnd = phase;
    return { type: 'ended', goal: id, state, commit: run?.state.commit ?? null, usage, end: run?.state.end ?? null };
  }
  if (failure) return { type: 'ended', goal: id, state: 'failed', commit: null, usage, end: failure };
  const asks = run?.state.elevations.map((elevation) => elevation.id) ?? [];
  return { type: 'parked', goal: id, usage, asks };
}
