import type { CloudDriver, CloudRecord } from '@codex-orch/cloud-adapter';
import type {
  GoalInput,
  OpenTeam,
  Redactor,
  Repository,
  ResolvedConfig,
  RunLayout,
  RunLocation,
} from '@codex-orch/core';
import type { CodexRuntime } from '../codex-runtime.js';
import { roleModel, type RoleModelParts } from '../role-model.js';
import type { GoalCloud } from './goal-cloud.js';

/** What goals in the cloud need where any of many machines may work on them. */
export interface CloudSharing {
  /** Throws for a goal that this machine may not have worked on there, at this moment, or not with these tasks. */
  readonly confirm: (input: GoalInput, record?: CloudRecord) => Promise<void>;
  /** Resolves once whoever goes on with the run would know of these tasks. */
  readonly share: (location: RunLocation, record: CloudRecord) => Promise<void>;
  /** The tasks of all other runs of that login. */
  readonly claimed: (runId: string) => Promise<readonly string[]>;
}

export interface CloudWayOptions {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly repository: Repository;
  readonly layout: RunLayout;
  readonly sharing?: CloudSharing | undefined;
}

/** The way into the cloud for those goals that are built there. What it takes is loaded for them alone. */
export class CloudWay {
  readonly #options: CloudWayOptions;

  constructor(options: CloudWayOptions) {
    this.#options = options;
  }

  /** Where a goal is worked on; undefined for one that is built here. Throws what `openGoalCloud` throws. */
  async find(input: GoalInput, signal: AbortSignal): Promise<GoalCloud | undefined> {
    const { runId, cloud: wish } = input;
    if (!wish) return undefined;
    const { layout, sharing, ...parts } = this.#options;
    await sharing?.confirm(input);
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
    const { config, env, redactor, repository, layout, sharing } = this.#options;
    const { opened: cloud, environment, attempts } = goal;
    const location = await layout.find(opened.input.runId);
    const share = sharing && {
      confirm: (record: CloudRecord) => sharing.confirm(opened.input, record),
      keep: (record: CloudRecord) => sharing.share(location, record),
      claimed: () => sharing.claimed(location.runId),
    };
    const { codex } = model;
    const work = { config, env, redactor, repositoryRoot: repository.root, cloud, environment, attempts, codex };
    return cloudDriverFor({ ...work, reviewer: roleModel(model), share }, opened);
  }
}
