import { mkdir } from 'node:fs/promises';
import {
  type Approval,
  type CodexEvent,
  createGoalWorkflow,
  createWorkspace,
  dirtyPaths,
  excludeFromGit,
  type GoalInput,
  type GoalServices,
  JournalEngine,
  newRunId,
  openRepository,
  type RecordedEvent,
  type Repository,
  type ResolvedConfig,
  RunLayout,
  type RunLocation,
  RunStore,
  type Workflow,
  type WorkflowInfo,
  writeError,
} from '@codex-orch/core';
import { type CodexRuntime, openCodexRuntime } from './codex-runtime.js';
import type { ElevationDeskOptions } from './elevation-desk.js';
import { GoalTooLongError } from './errors.js';
import { modelAccess } from './model-access.js';
import { openTeam } from './open-team.js';
import { codexHomeDir, workspaceDir } from './orch-home.js';
import { runPreflight } from './preflight.js';

/** Longest goal, in UTF-8 bytes: more belongs into a file of the repository that the goal names. */
const maxGoalBytes = 64 * 1024;

export interface OrchestratorOptions {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly onEvent?: ((event: RecordedEvent) => void) | undefined;
  readonly onCodexEvent?: ((event: CodexEvent) => void) | undefined;
  readonly askHere?: ElevationDeskOptions['askHere'];
}

/** Everything a run needs, put together for one repository on this machine. */
export class Orchestrator implements AsyncDisposable {
  readonly layout: RunLayout;
  readonly #options: OrchestratorOptions;
  readonly #engine: JournalEngine;
  readonly #workflow: Workflow<GoalInput>;
  readonly #codex = new Map<string, Promise<CodexRuntime>>();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.layout = new RunLayout(options.repository.root);
    this.#engine = new JournalEngine(this.layout);
    this.#workflow = createGoalWorkflow(this.#services());
    this.#engine.register(this.#workflow);
  }

  /**
   * Starts a goal and returns where its run is, once that is durable.
   *
   * Throws {@link GoalTooLongError} and what making the run directory throws.
   */
  async start(goal: string, { taskId }: { readonly taskId: string }): Promise<RunLocation> {
    const { repository, config, version } = this.#options;
    const bytes = Buffer.byteLength(goal);
    if (bytes > maxGoalBytes) throw new GoalTooLongError(bytes, maxGoalBytes);
    const location = this.layout.place(taskId, newRunId());
    try {
      await mkdir(location.dir, { recursive: true });
    } catch (error) {
      throw writeError(location.dir, error);
    }
    await excludeFromGit(repository, '.runs/');
    await this.#engine.run(
      this.#workflow,
      {
        runId: location.runId,
        taskId,
        goal,
        repository: repository.root,
        base: repository.head,
        limits: config.limits,
        testsRequired: config.tests.required,
        version,
      },
      { id: location.runId },
    );
    return location;
  }

  /** Goes on with a run that was interrupted or waits. */
  async resume({ runId }: RunLocation): Promise<void> {
    await this.#engine.resume(runId);
  }

  /** Resolves when the run ended or waits for a human; rejects when it was interrupted. */
  settled({ runId }: RunLocation): Promise<WorkflowInfo> {
    return this.#engine.settled(runId);
  }

  async decide({ runId }: RunLocation, approval: Approval): Promise<void> {
    await this.#engine.signal(
      runId,
      'approval',
      approval,
      `${approval.subject.sha256}:${approval.decision}:${approval.at}`,
    );
  }

  async cancel({ runId }: RunLocation): Promise<void> {
    await this.#engine.cancel(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.stop();
    for (const codex of this.#codex.values()) {
      await codex.then(
        ({ driver }) => driver.close(),
        () => undefined,
      );
    }
  }

  #services(): GoalServices {
    const { repository, config, env, onEvent, onCodexEvent, askHere } = this.#options;
    const access = modelAccess(config, env);
    const openCodex = (runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> => {
      const known = this.#codex.get(runId);
      if (known) return known;
      const opening = openCodexRuntime({
        config,
        access,
        env,
        repositoryRoot: repository.root,
        workTree,
        homeDir: codexHomeDir(env, runId),
        signal,
      });
      this.#codex.set(runId, opening);
      return opening;
    };
    return {
      openStore: async (runId) => RunStore.open(await this.layout.find(runId), { onEvent }),
      openWorkspace: async (input, signal) => {
        const workspace = await createWorkspace({
          repository:
            input.repository === repository.root ? repository : await openRepository(input.repository, { signal }),
          commit: input.base.commit,
          dir: workspaceDir(env, input.runId),
          signal,
        });
        await workspace.linkDependencies(repository, config.tests.dependencies, { signal });
        return workspace;
      },
      preflight: async (input, workspace, signal) => {
        const dirty = await dirtyPaths(repository, undefined, { signal });
        const notes =
          dirty.length === 0
            ? []
            : [
                `${dirty.length} uncommitted change(s) in your checkout are not part of the work: it starts from ${input.base.commit.slice(0, 10)}.`,
              ];
        return runPreflight({
          config,
          access,
          workspace,
          notes,
          openCodex: () => openCodex(input.runId, workspace.tree, signal),
        });
      },
      openTeam: async (options) => {
        const codex = await openCodex(options.input.runId, options.workspace.tree, options.signal);
        return openTeam({ config, access, env, codex, onCodexEvent, askHere }, options);
      },
    };
  }
}
