import { createWorkspace, type Repository, type Workspace } from '@codex-orch/core';
import { fleetGitDir } from './lanes/fleet-place.js';
import { fleetOf } from './noted-runs.js';
import { workspaceDir } from './orch-home.js';

export interface RunWorkspaceOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly repository: Repository;
  readonly runId: string;
  /** The commit that the run starts from. */
  readonly commit: string;
  readonly signal: AbortSignal;
}

/** Makes the work tree of a run whose directory was noted, or opens it when it is there. Throws what `createWorkspace` throws. */
export async function openRunWorkspace(options: RunWorkspaceOptions): Promise<Workspace> {
  const { env, repository, runId, commit, signal } = options;
  const fleet = await fleetOf(env, runId);
  // What other goals did is in no repository of the user's.
  const holdsCommit = fleet === undefined || fleet.base === commit;
  return createWorkspace({
    repository: holdsCommit ? repository : { ...repository, gitDir: fleetGitDir(env, fleet.id) },
    commit,
    dir: workspaceDir(env, runId),
    signal,
  });
}
