import { isTerminal, type Repository, type RunLocation } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { assertNoted } from '../noted-runs.js';
import type { Orchestrator } from '../orchestrator.js';
import { bringHere, type BringHereOptions, hasPlace, isHere } from './bring-here.js';
import {
  OtherRunError,
  RemoteRunOpenError,
  RemoteRunUnknownError,
  RunEndNotKeptError,
  SnapshotDamagedError,
} from './errors.js';
import { fetchBase, takeCommit } from './remote-base.js';
import {
  type RemoteGoal,
  remoteGoalSchema,
  remoteGoalWorkflowName,
  type RemoteStanding,
  remoteStandingSchema,
  standingSignal,
  workBundle,
} from './remote-goal.js';
import { type KeptRun, keptRunOf } from './run-snapshot.js';

/** A run of a queue that ended, and where its end was stored. */
export interface EndedRun {
  readonly goal: RemoteGoal;
  readonly kept: KeptRun;
  readonly standing: RemoteStanding;
}

export interface FetchCopyOptions extends Omit<BringHereOptions, 'makePlace' | 'admit' | 'repositoryRoot'> {
  readonly orchestrator: Orchestrator;
  readonly repository: Repository;
}

/**
 * Looks for the end of a run that workers of a queue had; nothing is claimed or changed.
 *
 * Throws {@link RemoteRunUnknownError}, {@link RemoteRunOpenError} and {@link RunEndNotKeptError}.
 */
export async function findEnded(runId: string, engine: DbosEngine): Promise<EndedRun> {
  const submitted = await engine.submission(runId, remoteGoalWorkflowName);
  const [run] = await engine.seen([runId], standingSignal);
  if (!submitted || !run) throw new RemoteRunUnknownError(runId);
  const { outcome } = run;
  if (!outcome) throw new RemoteRunOpenError(runId, remoteGoalSchema.safeParse(submitted.input).data?.of?.fleetId);
  const told = remoteStandingSchema.safeParse(outcome.ok ? outcome.value : run.said).data;
  const kept = keptRunOf(runId, await engine.seenPointer(runId));
  const standing = kept?.standing;
  // Where it ended in the database alone, or its end could not be stored, what was kept is from before.
  const isEnd = !outcome.ok || (standing?.phase === told?.phase && standing?.diffSha256 === told?.diffSha256);
  if (!kept || !standing || !isEnd || !hasEnded(standing.phase)) throw new RunEndNotKeptError(runId, told?.worker);
  const goal = remoteGoalSchema.parse(submitted.input);
  if (goal.runId !== runId) throw new OtherRunError(runId, goal.runId);
  return { goal, kept, standing };
}

const hasEnded = (phase: string): boolean => isTerminal(phase as Parameters<typeof isTerminal>[0]);

/**
 * Brings a copy of a run that ended here, with all that looking at it and applying it needs; resolves with false where it is here.
 *
 * Throws what `bringHere` throws, and `RunNotNotedError` where a directory of that name came from elsewhere.
 */
export async function fetchCopy(
  location: RunLocation,
  { goal, kept, standing }: EndedRun,
  options: FetchCopyOptions,
): Promise<boolean> {
  const { orchestrator, repository, env } = options;
  const { runId } = location;
  const here = { ...options, repositoryRoot: repository.root };
  if (await hasPlace(location)) {
    await assertNoted(env, location);
    if (await isHere(location, kept, here)) return false;
  }
  await bringHere(location, kept, {
    ...here,
    makePlace: async (place) => {
      await orchestrator.makePlace(place, await fetchBase(goal, options, orchestrator.stopping));
      await bringWork(location, { goal, standing }, options);
    },
    admit: ({ state: { phase, commit } }) => {
      if (phase !== standing.phase || (commit ?? null) !== standing.commit)
        throw new SnapshotDamagedError(runId, 'its end is another one than its worker told');
    },
  });
  return true;
}

/** Puts the promoted commit where it is found on the machine that made it. */
async function bringWork(
  location: RunLocation,
  { goal, standing: { commit, artifacts } }: Omit<EndedRun, 'kept'>,
  { orchestrator, store }: Pick<FetchCopyOptions, 'orchestrator' | 'store'>,
): Promise<void> {
  const bundle = artifacts.find(({ path }) => path === workBundle);
  if (commit === null || !bundle) return;
  const { gitDir } = await orchestrator.makeWorkspace(location, goal.base.commit, orchestrator.stopping);
  await takeCommit(gitDir, { commit, bundle, ref: 'refs/heads/codex-orch' }, { store }, orchestrator.stopping);
}
