import { setTimeout as delay } from 'node:timers/promises';
import {
  type Approval,
  approvalSchema,
  type CodexEvent,
  createGoalWorkflow,
  createWorkspace,
  dirtyPaths,
  excludeFromGit,
  type GoalInput,
  type GoalServices,
  JournalEngine,
  LockedError,
  newRunId,
  readRun,
  type RecordedEvent,
  Redactor,
  type Repository,
  type ResolvedConfig,
  type RunLayout,
  type RunLocation,
  RunMovedError,
  RunStore,
  SecretBroker,
  settingsOf,
  type Workflow,
  type WorkflowInfo,
} from '@codex-orch/core';
import { counted } from '../print/counted.js';
import { openLibrary } from './asset/open-library.js';
import { type CodexRuntime, openCodexRuntime } from './codex-runtime.js';
import { type ElevationDeskOptions, elevationSignal } from './elevation-desk.js';
import { GoalTooLongError } from './errors.js';
import { type ModelAccess, modelAccess, noteKeys } from './model-access.js';
import { assertNoted, noteRun, runLayout } from './noted-runs.js';
import type { Notary } from './notary.js';
import { openTeam } from './open-team.js';
import { codexHomeDir, secureOrchHome, workspaceDir } from './orch-home.js';
import { runPreflight } from './preflight.js';

/** Goals that belong to no task of a registry. */
const noTask = 'adhoc';

/** Longest goal, in UTF-8 bytes: more belongs into a file of the repository that the goal names. */
const maxGoalBytes = 64 * 1024;

/** A run that ends or parks lets go of its lock within moments; one that works does not, and then its holder is named. */
const lockPauseMs = 100;
const maxLockTries = 100;

export interface OrchestratorOptions {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Told of every secret that is used; what it knows is written nowhere. */
  readonly redactor?: Redactor | undefined;
  readonly onEvent?: ((event: RecordedEvent) => void) | undefined;
  readonly notary: Notary;
  readonly onCodexEvent?: ((event: CodexEvent) => void) | undefined;
  readonly onWaiting?: ElevationDeskOptions['onWaiting'];
  readonly askHere?: ElevationDeskOptions['askHere'];
}

/** Everything a run needs, put together for one repository on this machine. */
export class Orchestrator implements AsyncDisposable {
  readonly layout: RunLayout;
  readonly #options: OrchestratorOptions;
  readonly #engine: JournalEngine;
  readonly #workflow: Workflow<GoalInput>;
  readonly #redactor: Redactor;
  readonly #openAccess: () => Promise<ModelAccess>;
  readonly #codex = new Map<string, Promise<CodexRuntime>>();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.layout = runLayout(options.env, options.repository.root);
    const { config, env, repository, redactor = new Redactor() } = options;
    this.#redactor = redactor;
    const broker = new SecretBroker({
      sources: config.secrets,
      env,
      redactor,
      untrustedRoot: repository.root,
      onFailure: options.notary.secretFailed,
    });
    noteKeys(config, broker);
    this.#openAccess = () => modelAccess(config, env, broker);
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
    const { repository, config, env, version } = this.#options;
    const bytes = Buffer.byteLength(goal);
    if (bytes > maxGoalBytes) throw new GoalTooLongError(bytes, maxGoalBytes);
    // Where there is no folder that can be read, making the run's own says why.
    const earlier = await this.layout.locations().catch(() => []);
    const location = this.layout.place(taskId, newRunId(earlier.at(-1)?.runId));
    // First the note: a run without one counts as somebody else's.
    await noteRun(env, location);
    await this.layout.make(location);
    await excludeFromGit(repository, '.runs/');
    // A goal can repeat the key. Where there is none, preflight says so.
    await this.#openAccess().catch(() => undefined);
    await this.#engine.run(
      this.#workflow,
      {
        runId: location.runId,
        taskId,
        goal: this.#redactor.text(goal),
        repository: repository.root,
        base: repository.head,
        limits: config.limits,
        testsRequired: config.tests.required,
        version,
        settings: settingsOf(config),
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

  /** Posts a decision to the process that holds the run, or to the next one that does. */
  async decide({ runId }: RunLocation, approval: Approval): Promise<void> {
    await this.#engine.signal(
      runId,
      approval.subject.kind === 'elevation' ? elevationSignal : 'approval',
      this.#redactor.json(approval),
      `${approval.subject.sha256}:${approval.decision}:${approval.at}`,
    );
  }

  /** The numbers of a run's requests that somebody has answered, though the answer may not count. */
  async answered({ runId }: RunLocation): Promise<ReadonlySet<string>> {
    const sent = await this.#engine.sent(runId, elevationSignal);
    return new Set(sent.flatMap((payload) => approvalSchema.safeParse(payload).data?.subject.id ?? []));
  }

  /** Sees to it that what was just posted is taken up: by the process that holds the run, or by this one when it lets go. */
  async seeThrough(run: RunLocation): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.resume(run);
        await this.settled(run);
        return;
      } catch (error) {
        if (!(error instanceof LockedError) || tries >= maxLockTries) throw error;
      }
      await delay(lockPauseMs);
    }
  }

  async cancel({ runId }: RunLocation): Promise<void> {
    await this.#engine.cancel(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.stop();
    for (const codex of this.#codex.values()) {
      await codex.then(
        (runtime) => runtime.close(),
        () => undefined,
      );
    }
  }

  #services(): GoalServices {
    const { repository, config, env, notary, onEvent, onCodexEvent, onWaiting, askHere } = this.#options;
    const redactor = this.#redactor;
    const openAccess = this.#openAccess;
    const openCodex = (runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> => {
      const known = this.#codex.get(runId);
      if (known) return known;
      const opening = openAccess().then((access) =>
        openCodexRuntime({
          config,
          access,
          env,
          repositoryRoot: repository.root,
          workTree,
          homeDir: codexHomeDir(env, runId),
          redactor,
          signal,
          waits: async () => ((await readRun(await this.layout.find(runId)))?.state.elevations.length ?? 0) > 0,
        }),
      );
      this.#codex.set(runId, opening);
      return opening;
    };
    const library = openLibrary(config, notary);
    return {
      redactor,
      openStore: async (runId) =>
        RunStore.open(await this.layout.find(runId), { onEvent, redactor, seal: notary.seal }),
      checkApproval: notary.check,
      openWorkspace: async (input, signal) => {
        await assertNoted(env, await this.layout.find(input.runId));
        await secureOrchHome(env);
        // The journal lies in the repository, and must not lead to another one.
        if (input.repository !== repository.root)
          throw new RunMovedError(input.runId, input.repository, repository.root);
        const workspace = await createWorkspace({
          repository,
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
                `${counted(dirty.length, 'uncommitted change')} in your checkout ${dirty.length === 1 ? 'is' : 'are'} not part of the work: it starts from ${input.base.commit.slice(0, 10)}.`,
              ];
        return runPreflight({
          config,
          openAccess,
          workspace,
          notes,
          specGate: async () => {
            // Most goals are of no task, and need nothing of it.
            if (input.taskId === noTask) return undefined;
            const { specGate } = await import('./spec-gate.js');
            return specGate({ root: repository.root, commit: input.base.commit, taskId: input.taskId, signal });
          },
          openCodex: () => openCodex(input.runId, workspace.tree, signal),
          offers: () => library.offers({ root: workspace.tree, goal: input.goal, signal }),
        });
      },
      assets: library,
      openTeam: async (options) => {
        const codex = await openCodex(options.input.runId, options.workspace.tree, options.signal);
        const access = await openAccess();
        return openTeam({ config, access, env, codex, redactor, onCodexEvent, onWaiting, askHere, notary }, options);
      },
    };
  }
}
