import { remoteRepository, resolveEnvironment, type ResolvedEnvironment } from '@codex-orch/cloud-adapter';
import type { GoalInput, Redactor, Repository, ResolvedConfig, RunLocation } from '@codex-orch/core';
import { cloudDirOf } from './cloud-place.js';
import { type OpenedCloud, openCloud } from './open-cloud.js';

export interface OpenGoalCloudOptions {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly repository: Repository;
  readonly location: RunLocation;
  readonly wish: NonNullable<GoalInput['cloud']>;
  readonly signal: AbortSignal;
}

/** Where in the cloud a goal is worked on, and the way there. */
export interface GoalCloud {
  readonly opened: OpenedCloud;
  readonly environment: ResolvedEnvironment;
  readonly attempts: number;
}

/** Finds the environment of a goal. Sends nothing. Throws what `openCloud` and `resolveEnvironment` throw. */
export async function openGoalCloud(options: OpenGoalCloudOptions): Promise<GoalCloud> {
  const { config, env, redactor, repository, location, wish, signal } = options;
  const environment = resolveEnvironment({
    asked: wish.environment ?? undefined,
    repository: await remoteRepository(repository.root),
    configured: config.cloud.environments,
  });
  const rawDir = cloudDirOf(location);
  const opened = await openCloud({ config, env, repositoryRoot: repository.root, rawDir, redactor, signal });
  return { opened, environment, attempts: wish.attempts };
}
