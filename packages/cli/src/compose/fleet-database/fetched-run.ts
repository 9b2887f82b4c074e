import path from 'node:path';
import { isRunId, UnknownRunError } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { orchHome, secureOrchHome } from '../orch-home.js';
import { fetchRun } from './publish-run.js';
import { type RemoteStanding, workBundle } from './remote-goal.js';

type Env = NodeJS.ProcessEnv;

/** Holds what was fetched of all runs. */
export const fetchedRunsDir = (env: Env): string => path.join(orchHome(env), 'submitted', 'runs');

/** Where the files of a run that another machine works on are put for its judge. Throws `UnknownRunError` where it is no run's id. */
export function fetchedDir(env: Env, runId: string): string {
  const root = fetchedRunsDir(env);
  if (!isRunId(runId)) throw new UnknownRunError(runId, root);
  return path.join(root, runId);
}

/** Fetches what a human judges of a run of another machine; resolves with its folder. */
export async function fetchForJudge(env: Env, standing: RemoteStanding, store: ArtifactStore): Promise<string> {
  await secureOrchHome(env);
  const folder = fetchedDir(env, standing.runId);
  const artifacts = standing.artifacts.filter((artifact) => artifact.path !== workBundle);
  await fetchRun({ ...standing, artifacts }, store, folder);
  return folder;
}
