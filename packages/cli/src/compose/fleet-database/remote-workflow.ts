import {
  ApprovalPendingError,
  approvalSchema,
  type Ctx,
  isTerminal,
  type Json,
  LockedError,
  type Limits,
  readRun,
  type Repository,
  RunCancelledError,
  type RunLocation,
  type StepContext,
  type Workflow,
  Workspace,
} from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import type { Orchestrator } from '../orchestrator.js';
import { workspaceDir } from '../orch-home.js';
import { hasPlace } from './bring-here.js';
import { asksHere, describeStanding } from './describe-standing.js';
import { type RunKeeper, whenFree } from './run-keeper.js';
import { LiveStanding } from './live-standing.js';
import { publishRun } from './publish-run.js';
import { OtherRunError } from './errors.js';
import { fetchBase } from './remote-base.js';
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
  readonly repository: Repository;
  readonly store: ArtifactStore;
  /** For goals that were submitted without. */
  readonly limits: Limits;
  /** Says where this machine keeps work trees. */
  readonly env: NodeJS.ProcessEnv;
  /** Names this worker. */
  readonly worker: string;
  /** Brings runs here that other workers had, and keeps what is done here for others. */
  readonly keeper: RunKeeper;
  /** Called when this worker takes a goal, before anything is said of it. */
  readonly onTaken: (goal: RemoteGoal) => void;
  /** Throws for a goal that must not be worked on here. */
  readonly admit: (goal: RemoteGoal) => Promise<void>;
  /** Called when a goal begins to wait for a human to judge its diff. */
  readonly onDiff: (runId: string) => void;
  /** Says whether a goal has its place in the queue while it waits. */
  readonly stay: (runId: string, stays: boolean) => void;
  /** Tells everybody how a goal stands. */
  readonly tell: (runId: string, standing: Json, key: string) => Promise<void>;
}

/**
 * A goal from the database, worked on here with the normal workflow and a run directory of this machine.
 *
 * The run's own journal keeps its steps; the database keeps where the goal stands, and where its newest snapshot lies. Any worker goes on
 * from there; only the machine that has the run directory itself may go on from where it was, if no other one went further.
 */
export function remoteGoalWorkflow(options: RemoteWorkflowOptions): Workflow {
  return {
    name: remoteGoalWorkflowName,
    run: async (ctx: Ctx, input) => {
      const goal = ownGoal(ctx.runId, input);
      options.onTaken(goal);
      await options.admit(goal);
      for (;;) {
        const standing = remoteStandingSchema.parse(
          await ctx.step('work', (step) => work(goal, options, step).then(asJson)),
        );
        if (!waitsForHuman(standing)) return asJson(standing);
        await ctx.step('tell', ({ key }) => {
          if (standing.requests.length === 0) options.onDiff(goal.runId);
          return options.tell(goal.runId, asJson(standing), key).then(() => null);
        });
        for (let goesOn = false; !goesOn;) {
          // Any worker may go on with it, unless it is here alone. What Codex asks names places of this machine: elsewhere it is another
          // question, which an answer to this one is not about.
          options.stay(goal.runId, standing.requests.length > 0 || !(await options.keeper.hasKept(standing)));
          const approval = await ctx.waitFor(remoteApprovalSignal);
          goesOn = await ctx.step('decide', (step) => decide(goal, options, approval ?? null, step));
        }
      }
    },
  };
}

/** Throws {@link OtherRunError} for a goal that would be worked on in the directory of another run. */
function ownGoal(runId: string, input: Json): RemoteGoal {
  const goal = remoteGoalSchema.parse(input);
  if (goal.runId !== runId) throw new OtherRunError(runId, goal.runId);
  return goal;
}

async function work(
  goal: RemoteGoal,
  options: RemoteWorkflowOptions,
  { signal }: StepContext,
): Promise<RemoteStanding> {
  const { orchestrator, limits, worker, tell } = options;
  const location = orchestrator.layout.place(goal.taskId, goal.runId);
  const stop = (): void => {
    // The run notices at its next step; whoever stops for good lets go of all its runs.
    if (signal.reason instanceof RunCancelledError) void orchestrator.cancel(location).catch(() => undefined);
    else void orchestrator[Symbol.asyncDispose]();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  try {
    const elsewhere = await bring(goal, options, { mayRest: true, signal });
    if (elsewhere) return elsewhere;
    const known = await readRun(location).catch(() => undefined);
    if (known && isTerminal(known.state.phase)) return await keptStanding(location, options);
    if (!(await hasPlace(location))) await orchestrator.makePlace(location, await fetchBase(goal, options, signal));
    await using _live = new LiveStanding({
      location,
      worker,
      tell: (standing, key) => tell(goal.runId, standing, key),
      present: () => orchestrator.present(goal.runId),
    });
    const { cloud } = goal;
    const start = {
      ...{ goal: goal.goal, base: goal.base, limits: goal.limits ?? limits },
      ...(cloud ? { cloud: { environment: cloud.environment, attempts: cloud.attempts } } : {}),
    };
    await whenFree(() => (known ? orchestrator.resume(location) : orchestrator.begin(location, start)), signal);
    await orchestrator.settled(location).catch(unlessItAsks);
    return await keptStanding(location, options);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whatever other workers did to the run is here from now on; resolves with how it stands where it rests elsewhere, and `mayRest`. */
const bring = (
  goal: RemoteGoal,
  options: RemoteWorkflowOptions,
  { mayRest, signal }: { readonly mayRest: boolean; readonly signal: AbortSignal },
): Promise<RemoteStanding | undefined> =>
  options.keeper.bring(options.orchestrator.layout.place(goal.taskId, goal.runId), {
    mayRest,
    signal,
    makePlace: async (place) => options.orchestrator.makePlace(place, await fetchBase(goal, options, signal)),
  });

/** How a run stands that came to its rest; it is let go of, so that whoever is to go on with it can. */
async function keptStanding(location: RunLocation, options: RemoteWorkflowOptions): Promise<RemoteStanding> {
  await options.orchestrator.release(location);
  const standing = await standingOf(location, options);
  await options.keeper.keep(location, standing);
  return standing;
}

async function standingOf(
  location: RunLocation,
  { store, worker, env }: RemoteWorkflowOptions,
): Promise<RemoteStanding> {
  const run = await readRun(location);
  const commit = run?.state.commit;
  const work = commit === undefined ? undefined : { commit, workspace: await openWork(env, location) };
  return {
    ...describeStanding(run),
    runId: location.runId,
    worker,
    artifacts: await publishRun(location.dir, store, work),
  };
}

const openWork = (env: NodeJS.ProcessEnv, { runId }: RunLocation): Promise<Workspace> =>
  Workspace.open(workspaceDir(env, runId));

/** A run whose Codex asks to leave its sandbox is left as it is, like one whose diff waits. */
function unlessItAsks(error: unknown): void {
  if (!(error instanceof ApprovalPendingError)) throw error;
}

/** Whoever else of this machine works on the run finds what is posted to it. */
function unlessLocked(error: unknown): void {
  if (!(error instanceof LockedError)) throw error;
}

/**
 * Hands a decision to the run, which checks it as it checks one of its own machine; resolves with whether that is all it waits for. A
 * worker that has no such run does nothing: it begins the goal again.
 */
async function decide(
  goal: RemoteGoal,
  options: RemoteWorkflowOptions,
  said: Json,
  { signal }: StepContext,
): Promise<boolean> {
  const { orchestrator, keeper } = options;
  const approval = approvalSchema.safeParse(said).data;
  const location = orchestrator.layout.place(goal.taskId, goal.runId);
  await bring(goal, options, { mayRest: false, signal });
  const run = await readRun(location).catch(() => undefined);
  if (!approval || !run) return true;
  const { subject } = approval;
  if (subject.kind === 'elevation') {
    const open = asksHere(run);
    // An answer to what nobody asks, or that is about another request under that number, changes nothing.
    if (!open.some(({ id, sha256 }) => id === subject.id && sha256 === subject.sha256)) return open.length === 0;
    await orchestrator.decide(location, approval);
    await keeper.keep(location, null);
    // The turn that is repeated asks for all of them again.
    const answered = await orchestrator.answered(location);
    return open.every(({ id }) => answered.has(id));
  }
  // What came before a run began to wait is no answer to it, and one that was brought here may not have begun.
  await orchestrator.seeThrough(location).catch(unlessLocked);
  await orchestrator.release(location);
  await orchestrator.decide(location, approval);
  await orchestrator.seeThrough(location).catch(unlessLocked);
  await orchestrator.release(location);
  // Within the step: whoever repeats it after a crash hands the same decision over again.
  await keeper.keepDecided(location);
  return true;
}
