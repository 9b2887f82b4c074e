import { CloudEnvironmentUnknownError, remoteRepository, resolveEnvironment } from '@codex-orch/cloud-adapter';
import type { Redactor, Repository, ResolvedConfig } from '@codex-orch/core';
import { looseTasksDir } from './cloud-place.js';
import { openCloud } from './open-cloud.js';

/** The environment that goals of a repository are built in when they name none; null when there is no telling. */
export async function usualEnvironment(root: string, config: ResolvedConfig): Promise<string | null> {
  const repository = await remoteRepository(root);
  try {
    return resolveEnvironment({ repository, configured: config.cloud.environments }).environment;
  } catch (error) {
    if (error instanceof CloudEnvironmentUnknownError) return null;
    throw error;
  }
}

export interface RequireCloudOptions {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly repository: Repository;
}

/**
 * Sees to it that goals can be handed to Codex Cloud, before any of them has begun: a goal that cannot would be over. Sends nothing.
 *
 * Throws what `openCloud` throws, and `CloudEnvironmentUnknownError` for a goal without an environment.
 */
export async function requireCloud(
  goals: readonly { readonly id: string; readonly environment: string | null }[],
  options: RequireCloudOptions,
): Promise<void> {
  const homeless = goals.filter(({ environment }) => environment === null).map(({ id }) => `"${id}"`);
  if (homeless.length > 0)
    throw new CloudEnvironmentUnknownError(
      `${homeless.join(', ')}: this repository has no remote on GitHub, and none is named`,
      options.config.cloud.environments.map(({ id, repository: of }) => `${id} (${of})`),
    );
  await probeCloud(options);
}

/** Sees to it that Codex Cloud could be spoken to from here. Sends nothing. Throws what `openCloud` throws. */
export async function probeCloud({ config, env, redactor, repository }: RequireCloudOptions): Promise<void> {
  const rawDir = looseTasksDir(env, repository.root);
  await openCloud({ config, env, repositoryRoot: repository.root, rawDir, redactor });
}
