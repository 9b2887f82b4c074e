import { type GoalPhase, isTerminal, noUsage, type Usage } from '@codex-orch/core';
import type { FleetEnd, FleetEvent, FleetGoal } from '@codex-orch/core/goals';
import type { DbosEngine, SeenRun } from '@codex-orch/engine-dbos';
import { type RemoteStanding, remoteStandingSchema, standingSignal, waitsForHuman } from './remote-goal.js';

type Ended = Extract<FleetEvent, { readonly type: 'ended' }>;

/** A goal of a fleet as the database knows it. */
export interface GoalSeen {
  readonly goal: FleetGoal;
  /** `works`: it stands in line, too. `interrupted`: nobody goes on with it before somebody says so. */
  readonly how: 'unknown' | 'works' | 'waits' | 'interrupted' | 'ended';
  /** Whether a worker works on it at this moment. */
  readonly works: boolean;
  readonly run: SeenRun | undefined;
  readonly standing: RemoteStanding | undefined;
  readonly usage: Usage;
  /** Open requests of Codex. */
  readonly asks: string[];
  readonly end: Pick<Ended, 'state' | 'commit' | 'end'>;
}

/** Looks at goals that were submitted, all at once. */
export async function lookAtGoals(engine: DbosEngine, goals: readonly FleetGoal[]): Promise<readonly GoalSeen[]> {
  if (goals.length === 0) return [];
  const runs = await engine.seen(
    goals.map(({ runId }) => runId),
    standingSignal,
  );
  const byId = new Map(runs.map((run) => [run.id, run]));
  return goals.map((goal) => seenGoal(goal, byId.get(goal.runId)));
}

function seenGoal(goal: FleetGoal, run: SeenRun | undefined): GoalSeen {
  const result = run?.outcome?.ok === true ? run.outcome.value : undefined;
  const told = remoteStandingSchema.safeParse(result ?? run?.said).data;
  // What is fetched of it would take the place of another run's files.
  const standing = told?.runId === goal.runId ? told : undefined;
  const how = howOf(run, standing);
  return {
    goal,
    how,
    works: how === 'works' && run?.executor != null,
    run,
    standing,
    usage: standing?.usage ?? (goal.usage.totalTokens > 0 ? goal.usage : noUsage),
    asks: how === 'waits' ? [...(standing?.requests ?? [])] : [],
    end: endOf(run, standing),
  };
}

function howOf(run: SeenRun | undefined, standing: RemoteStanding | undefined): GoalSeen['how'] {
  if (!run) return 'unknown';
  if (run.outcome) return 'ended';
  if (run.interruption) return 'interrupted';
  return run.status === 'waiting' && standing && waitsForHuman(standing) ? 'waits' : 'works';
}

/** How it ended, or why it did not go on. */
function endOf(run: SeenRun | undefined, standing: RemoteStanding | undefined): GoalSeen['end'] {
  if (run?.outcome?.ok === false) {
    const state: FleetEnd = run.status === 'cancelled' ? 'cancelled' : 'failed';
    return { state, commit: null, end: run.outcome.error };
  }
  if (run?.interruption) return { state: 'failed', commit: null, end: run.interruption };
  const phase = (standing?.phase ?? 'failed') as GoalPhase;
  const state: FleetEnd = isTerminal(phase) ? phase : 'failed';
  return { state, commit: standing?.commit ?? null, end: standing?.end ?? null };
}
