import {
  approvalSchema,
  type Ctx,
  isTerminal,
  type Json,
  LockedError,
  type Limits,
  readRun,
  RunCancelledError,
  type RunLocation,
  type StepContext,
  type Workflow,
} from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import type { Orchestrator } from '../orchestrator.js';
import { publishRun } from './publish-run.js';
import {
  asJson,
  remoteApprovalSignal,
  type RemoteGoal,
  remoteGoalSchema,
  remoteGoalWorkflowName,
  type RemoteStanding,
  remoteStandingSchema,
  waitsForHuman,
} from './remote-goal.js';

export interface RemoteWorkflowOptions {
  readonly orchestrator: Orchestrator;
  readonly store: ArtifactStore;
  readonly limits: Limits;
  /** Names this worker. */
  readonly worker: string;
  /** Tells everybody how a goal stands. */
  readonly tell: (runId: string, standing: Json, key: string) => Promise<void>;
}

/**
 * A goal from the database, worked on here with the normal workflow and a run directory of this machine.
 *
 * The run's own journal keeps its steps; the database keeps where the goal stands. On the machine that has the run directory, an
 * interrupted goal goes on where it was; on another one it begins again from its base, and what was approved of the lost work does not
 * count, because its digest is another.
 */
export function remoteGoalWorkflow(options: RemoteWorkflowOptions): Workflow {
  return {
    name: remoteGoalWorkflowName,
    run: async (ctx: Ctx, input) => {
      const goal = remoteGoalSchema.parse(input);
      for (;;) {
        const standing = remoteStandingSchema.parse(
          await ctx.step('work', (step) => work(goal, options, step).then(asJson)),
        );
        if (!waitsForHuman(standing)) return asJson(standing);
        await ctx.step('tell', ({ key }) => options.tell(goal.runId, asJson(standing), key).then(() => null));
        const approval = await ctx.waitFor(remoteApprovalSignal);
        await ctx.step('decide', () => decide(goal, options, approval ?? null));
      }
    },
  };
}

async function work(
  goal: RemoteGoal,
  options: RemoteWorkflowOptions,
  { signal }: StepContext,
): Promise<RemoteStanding> {
  const { orchestrator, limits } = options;
  const location = orchestrator.layout.place(goal.taskId, goal.runId);
  const stop = (): void => {
    // The run notices at its next step; whoever stops for good lets go of all its runs.
    if (signal.reason instanceof RunCancelledError) void orchestrator.cancel(location).catch(() => undefined);
    else void orchestrator[Symbol.asyncDispose]();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  try {
    const known = await readRun(location).catch(() => undefined);
    if (known && isTerminal(known.state.phase)) return await standingOf(location, options);
    if (!known) await orchestrator.makePlace(location);
    if (known) await orchestrator.resume(location);
    else await orchestrator.begin(location, { goal: goal.goal, base: baseOf(goal), limits });
    await orchestrator.settled(location);
    return await standingOf(location, options);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const baseOf = ({ base: { commit, branch } }: RemoteGoal): Parameters<Orchestrator['begin']>[1]['base'] => ({
  commit,
  branch,
});

async function standingOf(location: RunLocation, { store, worker }: RemoteWorkflowOptions): Promise<RemoteStanding> {
  const run = await readRun(location);
  return {
    runId: location.runId,
    phase: run?.state.phase ?? 'new',
    worker,
    diffSha256: run?.state.diff?.sha256 ?? null,
    requests: run?.state.elevations.map(({ id }) => id) ?? [],
    artifacts: await publishRun(location.dir, store),
  };
}

/** Hands a decision to the run, whose gate checks it. A worker that has no such run does nothing: it begins the goal again. */
async function decide(goal: RemoteGoal, { orchestrator }: RemoteWorkflowOptions, said: Json): Promise<null> {
  const approval = approvalSchema.safeParse(said);
  const location = orchestrator.layout.place(goal.taskId, goal.runId);
  const run = await readRun(location).catch(() => undefined);
  if (!approval.success || !run) return null;
  await orchestrator.decide(location, approval.data);
  try {
    await orchestrator.seeThrough(location);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
  }
  return null;
}
