import { setMaxListeners } from 'node:events';
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
  type Engine,
  JournalEngine,
  type JournalLayout,
  type Limits,
  LockedError,
  newRunId,
  type OpenTeam,
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
  type Workspace,
} from '@codex-orch/core';
import type { CloudDriver } from '@codex-orch/cloud-adapter';
import { counted } from '../print/counted.js';
import { readFleetRecord } from '@codex-orch/core/goals';
import path from 'node:path';
import { openLibrary } from './asset/open-library.js';
import type { GoalCloud } from './cloud/goal-cloud.js';
import { type CodexRuntime, type CodexRuntimeOptions, openCodexRuntime } from './codex-runtime.js';
import { type ElevationDeskOptions, elevationSignal } from './elevation-desk.js';
import { GoalTooLongError } from './errors.js';
import { type ModelAccess, modelAccess, noteKeys } from './model-access.js';
import { fleetCodexHome, fleetDir, fleetGitDir, isFleetId } from './lanes/fleet-place.js';
import { laneCodex, laneCrashRetries } from './lanes/lane-codex.js';
import { assertNoted, type NotedFleet, noteRun, readNote, runLayout } from './noted-runs.js';
import type { Notary } from './notary.js';
import { openTeam } from './open-team.js';
import { codexHomeDir, secureOrchHome, workspaceDir } from './orch-home.js';
import { runPreflight } from './preflight.js';
import { roleModel, type RoleModelParts } from './role-model.js';

/** Goals that belong to no task of a registry. */
const noTask = 'adhoc';

/** Longest goal, in UTF-8 bytes: more belongs into a file of the repository that the goal names. */
const maxGoalBytes = 64 * 1024;

/** A run that ends or parks lets go of its lock within moments; one that works does not, and then its holder is named. */
const lockPauseMs = 100;
const maxLockTries = 100;

function assertNotTooLong(goal: string): void {
  const bytes = Buffer.byteLength(goal);
  if (bytes > maxGoalBytes) throw new GoalTooLongError(bytes, maxGoalBytes);
}

/** Runs lie in the repository, fleets outside of it. */
const engineLayout = (runs: RunLayout, env: NodeJS.ProcessEnv): JournalLayout => ({
  folderOf: (id) => (isFleetId(id) ? fleetDir(env, id) : runs.folderOf(id)),
  list: () => runs.list(),
});

export interface OrchestratorOptions {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Told of every secret that is used; what it knows is written nowhere. */
  readonly redactor?: Redactor | undefined;
  readonly onEvent?: ((event: RecordedEvent, runId: string) => void) | undefined;
  readonly notary: Notary;
  readonly onCodexEvent?: ((event: CodexEvent, runId: string) => void) | undefined;
  readonly onWaiting?: ElevationDeskOptions['onWaiting'];
  readonly askHere?: ElevationDeskOptions['askHere'];
  /** The database and the queue whose goals are worked on, for people. */
  readonly queue?: string | undefined;
  /** Awaited whenever a part of a run is finished and nothing is at work. */
  readonly onCheckpoint?: ((location: RunLocation) => Promise<void>) | undefined;
}

/** What a run is begun with. */
export interface RunStart {
  readonly goal: string;
  readonly base: Repository['head'];
  readonly limits: Limits;
  /** The run whose conflict it is to mend. */
  readonly follows?: GoalInput['follows'];
  /** For a goal that is built in Codex Cloud. */
  readonly cloud?: GoalInput['cloud'];
}

/** Everything a run needs, put together for one repository on this machine. */
export class Orchestrator implements AsyncDisposable {
  readonly layout: RunLayout;
  /** Runs goals, and what else is registered with it. */
  readonly engine: Engine;
  readonly #options: OrchestratorOptions;
  readonly #engine: JournalEngine;
  readonly #workflow: Workflow<GoalInput>;
  readonly #redactor: Redactor;
  readonly #openAccess: () => Promise<ModelAccess>;
  /** By their homes. */
  readonly #codex = new Map<string, Promise<CodexRuntime>>();
  readonly #stores = new Map<string, RunStore>();
  /** Tokens of the turns that are under way. */
  readonly #turnTokens = new Map<string, number>();
  readonly #stopping = new AbortController();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.layout = runLayout(options.env, options.repository.root);
    const { config, env, repository, redactor = new Redactor() } = options;
    this.#redactor = redactor;
    // Each lane listens.
    setMaxListeners(0, this.#stopping.signal);
    const broker = new SecretBroker({
      sources: config.secrets,
      env,
      redactor,
      untrustedRoot: repository.root,
      onFailure: options.notary.secretFailed,
    });
    noteKeys(config, broker);
    this.#openAccess = () => modelAccess(config, env, broker);
    this.#engine = new JournalEngine(engineLayout(this.layout, env));
    this.engine = this.#engine;
    this.#workflow = createGoalWorkflow(this.#services());
    this.#engine.register(this.#workflow);
  }

  /**
   * Starts a goal and returns where its run is, once that is durable.
   *
   * Throws {@link GoalTooLongError} and what making the run directory throws.
   */
  async start(goal: string, { taskId }: { readonly taskId: string }): Promise<RunLocation> {
    const { repository, config } = this.#options;
    assertNotTooLong(goal);
    // Where there is no folder that can be read, making the run's own says why.
    const earlier = await this.layout.locations().catch(() => []);
    const location = this.layout.place(taskId, newRunId(earlier.at(-1)?.runId));
    await this.makePlace(location);
    await this.begin(location, { goal, base: repository.head, limits: config.limits });
    return location;
  }

  /** Makes the directory of a new run. */
  async makePlace(location: RunLocation, fleet?: NotedFleet): Promise<void> {
    const { repository, env, queue } = this.#options;
    // First the note: a run without one counts as somebody else's.
    await noteRun(env, location, { fleet, queue });
    await this.layout.make(location);
    await excludeFromGit(repository, '.runs/');
  }

  /** Makes the work tree of a run whose directory was noted, or opens it when it is there. */
  async makeWorkspace(
    { runId }: Pick<RunLocation, 'runId'>,
    baseCommit: string,
    signal: AbortSignal,
  ): Promise<Workspace> {
    const { repository, env } = this.#options;
    const fleet = await this.#fleetOf(runId);
    return createWorkspace({
      // What other goals did is in no repository of the user's.
      repository:
        fleet === undefined || fleet.base === baseCommit
          ? repository
          : { ...repository, gitDir: fleetGitDir(env, fleet.id) },
      commit: baseCommit,
      dir: workspaceDir(env, runId),
      signal,
    });
  }

  /** Begins a run whose directory is there, or goes on with it when it was begun already. Throws `LockedError`. */
  async begin({ runId, taskId }: RunLocation, { goal, base, limits, follows, cloud }: RunStart): Promise<void> {
    const { repository, config, version } = this.#options;
    // A goal can repeat the key. Where there is none, preflight says so.
    await this.#openAccess().catch(() => undefined);
    await this.#engine.run(
      this.#workflow,
      {
        runId,
        taskId,
        goal: this.#redactor.text(goal),
        repository: repository.root,
        base,
        limits,
        testsRequired: config.tests.required,
        version,
        settings: settingsOf(config),
        ...(follows ? { follows } : {}),
        ...(cloud ? { cloud } : {}),
      },
      { id: runId },
    );
  }

  /** Aborted when all work of this process is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What is on record of a run that this process works on, and the tokens of its present turn; undefined for others. */
  present(runId: string): { readonly state: RunStore['state']; readonly turnTokens: number } | undefined {
    const store = this.#stores.get(runId);
    return store && { state: store.state, turnTokens: this.#turnTokens.get(runId) ?? 0 };
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

  /** Lets go of a run without ending it: whoever resumes it, here or elsewhere, goes on. */
  async release({ runId }: RunLocation): Promise<void> {
    await this.#engine.release(runId);
  }

  async cancel({ runId }: RunLocation): Promise<void> {
    await this.#engine.cancel(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#engine.stop();
    for (const codex of this.#codex.values()) {
      await codex.then(
        (runtime) => runtime.close(),
        () => undefined,
      );
    }
  }

  #services(): GoalServices {
    const { repository, config, env, notary, onEvent, onCodexEvent, onWaiting, askHere, onCheckpoint } = this.#options;
    const redactor = this.#redactor;
    const openAccess = this.#openAccess;
    const openCodex = (runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> =>
      this.#openCodex(runId, workTree, signal);
    const library = openLibrary(config, notary);
    return {
      redactor,
      openStore: async (runId) => {
        const store = await RunStore.open(await this.layout.find(runId), {
          onEvent: (recorded) => {
            if (recorded.event.type === 'build.finished') this.#turnTokens.delete(runId);
            onEvent?.(recorded, runId);
          },
          redactor,
          seal: notary.seal,
        });
        this.#stores.set(runId, store);
        return store;
      },
      checkApproval: notary.check,
      checkpoint: async (runId) => onCheckpoint?.(await this.layout.find(runId)),
      openWorkspace: async (input, signal) => {
        await assertNoted(env, await this.layout.find(input.runId));
        await secureOrchHome(env);
        // The journal lies in the repository, and must not lead to another one.
        if (input.repository !== repository.root)
          throw new RunMovedError(input.runId, input.repository, repository.root);
        const workspace = await this.makeWorkspace(input, input.base.commit, signal);
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
            const commit = (await this.#fleetOf(input.runId))?.base ?? input.base.commit;
            return specGate({ root: repository.root, commit, taskId: input.taskId, signal });
          },
          openCodex: () => openCodex(input.runId, workspace.tree, signal),
          openCloud: () => this.#openCloud(input, signal),
          offers: () => library.offers({ root: workspace.tree, goal: input.goal, signal }),
        });
      },
      assets: library,
      openTeam: async (options) => {
        const codex = await openCodex(options.input.runId, options.workspace.tree, options.signal);
        const access = await openAccess();
        const { runId } = options.input;
        const crashRetries = (await this.#fleetOf(runId))?.sharesCodex ? laneCrashRetries : undefined;
        const heard = (event: CodexEvent): void => {
          if (event.type === 'usage') this.#turnTokens.set(runId, event.usage.totalTokens);
          onCodexEvent?.(event, runId);
        };
        const cloud = await this.#cloudDriver(options, { config, access, codex });
        return openTeam(
          {
            config,
            access,
            env,
            codex,
            cloud,
            redactor,
            onCodexEvent: heard,
            onWaiting,
            askHere,
            notary,
            crashRetries,
          },
          options,
        );
      },
    };
  }

  async #fleetOf(runId: string): Promise<NotedFleet | undefined> {
    return (await readNote(this.#options.env, runId))?.fleet;
  }

  /** The way into the cloud for a goal that is built there. */
  async #openCloud(input: GoalInput, signal: AbortSignal): Promise<GoalCloud | undefined> {
    if (!input.cloud) return undefined;
    const { openGoalCloud } = await import('./cloud/goal-cloud.js');
    const { config, env, repository } = this.#options;
    const location = await this.layout.find(input.runId);
    return openGoalCloud({ config, env, redactor: this.#redactor, repository, location, wish: input.cloud, signal });
  }

  async #cloudDriver(
    opened: OpenTeam,
    parts: RoleModelParts & { readonly codex: CodexRuntime },
  ): Promise<CloudDriver | undefined> {
    const { codex } = parts;
    const cloud = await this.#openCloud(opened.input, opened.signal);
    if (!cloud) return undefined;
    const { cloudDriverFor } = await import('./cloud/cloud-runtime.js');
    const { config, env, repository } = this.#options;
    const { opened: way, environment, attempts } = cloud;
    const work = { config, env, redactor: this.#redactor, repositoryRoot: repository.root, codex };
    return cloudDriverFor({ ...work, cloud: way, environment, attempts, reviewer: roleModel(parts) }, opened);
  }

  /** A run's own Codex, or the one that all runs of its fleet share. */
  async #openCodex(runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> {
    const { env } = this.#options;
    const fleet = await this.#fleetOf(runId);
    if (!fleet?.sharesCodex) {
      const waits = async () => ((await readRun(await this.layout.find(runId)))?.state.elevations.length ?? 0) > 0;
      const homeDir = codexHomeDir(env, runId);
      const own = await this.#codexIn(homeDir, () => ({ workTrees: [workTree], signal, waits }));
      return {
        ...own,
        close: async () => {
          // A run that is gone on with in this process opens another one.
          this.#codex.delete(homeDir);
          await own.close();
        },
      };
    }
    const others = (await readFleetRecord(fleetDir(env, fleet.id)))?.goals ?? [];
    const workTrees = others.map((other) => path.join(workspaceDir(env, other.runId), 'tree'));
    const shared = await this.#codexIn(fleetCodexHome(env, fleet.id), () => ({
      workTrees: [...new Set([workTree, ...workTrees])],
      // Whoever needs it first may be cancelled, and the others need it all the same.
      signal: this.#stopping.signal,
    }));
    return laneCodex(shared);
  }

  #codexIn(
    homeDir: string,
    how: () => Pick<CodexRuntimeOptions, 'workTrees' | 'signal' | 'waits'>,
  ): Promise<CodexRuntime> {
    const known = this.#codex.get(homeDir);
    if (known) return known;
    const { config, env, repository } = this.#options;
    const opening = this.#openAccess().then((access) =>
      openCodexRuntime({
        config,
        access,
        env,
        repositoryRoot: repository.root,
        homeDir,
        redactor: this.#redactor,
        ...how(),
      }),
    );
    this.#codex.set(homeDir, opening);
    // Others may have more luck.
    opening.catch(() => this.#codex.delete(homeDir));
    return opening;
  }
}
