import type { CloudDriver } from '@codex-orch/cloud-adapter';
import type { GoalInput, OpenTeam, Redactor, Repository, ResolvedConfig, RunLayout } from '@codex-orch/core';
import type { CodexRuntime } from '../codex-runtime.js';
import { roleModel, type RoleModelParts } from '../role-model.js';
import type { GoalCloud } from './goal-cloud.js';

export interface CloudWayOptions {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly repository: Repository;
  readonly layout: RunLayout;
}

/** The way into the cloud for those goals that are built there. What it takes is loaded for them alone. */
export class CloudWay {
  readonly #options: CloudWayOptions;

  constructor(options: CloudWayOptions) {
    this.#options = options;
  }

  /** Where a goal is worked on; undefined for one that is built here. Throws what `openGoalCloud` throws. */
  async find({ runId, cloud: wish }: GoalInput, signal: AbortSignal): Promise<GoalCloud | undefined> {
    if (!wish) return undefined;
    const { layout, ...parts } = this.#options;
    const { openGoalCloud } = await import('./goal-cloud.js');
    return openGoalCloud({ ...parts, location: await layout.find(runId), wish, signal });
  }

  /** What the builder of a goal drives in place of a Codex of this machine; undefined where it drives one. */
  async driver(
    opened: OpenTeam,
    model: RoleModelParts & { readonly codex: CodexRuntime },
  ): Promise<CloudDriver | undefined> {
    const goal = await this.find(opened.input, opened.signal);
    if (!goal) return undefined;
    const { cloudDriverFor } = await import('./cloud-runtime.js');
    const { config, env, redactor, repository } = this.#options;
    const { opened: cloud, environment, attempts } = goal;
    const { codex } = model;
    const work = { config, env, redactor, repositoryRoot: repository.root, cloud, environment, attempts, codex };
    return cloudDriverFor({ ...work, reviewer: roleModel(model) }, opened);
  }
}
