import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Approval,
  approvalSchema,
  createGoalWorkflow,
  type Engine,
  excludeFromGit,
  type GoalInput,
  JournalEngine,
  type JournalLayout,
  type Limits,
  LockedError,
  newRunId,
  Redactor,
  type Repository,
  type ResolvedConfig,
  type RunLayout,
  type RunLocation,
  SecretBroker,
  settingsOf,
  type Workflow,
  type WorkflowInfo,
  type Workspace,
} from '@codex-orch/core';
import { CodexPool } from './codex-pool.js';
import { elevationSignal } from './elevation-desk.js';
import { GoalTooLongError } from './errors.js';
import { goalServices, type RunListeners } from './goal-services.js';
import { fleetDir, isFleetId } from './lanes/fleet-place.js';
import { type ModelAccess, modelAccess, noteKeys } from './model-access.js';
import type { Notary } from './notary.js';
import { type NotedFleet, noteRun, runLayout } from './noted-runs.js';
import { openRunWorkspace } from './run-workspace.js';
import { RunsAtWork } from './runs-at-work.js';

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

export interface OrchestratorOptions extends RunListeners {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Told of every secret that is used; what it knows is written nowhere. */
  readonly redactor?: Redactor | undefined;
  readonly notary: Notary;
  /** The database and the queue whose goals are worked on, for people. */
  readonly queue?: string | undefined;
  /**
   * What neither Codex nor a command that it or a test runs may read, besides what the settings say is secret; absolute paths. It
   * holds where commands are confined: with tests.sandbox "off", tests read what the user can.
   */
  readonly hidden?: readonly string[] | undefined;
}

/** What a run is begun with. */
export interface RunStart {
  readonly goal: string;
  readonly base: GoalInput['base'];
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
  readonly #codex: CodexPool;
  readonly #atWork = new RunsAtWork();
  readonly #stopping = new AbortController();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.layout = runLayout(options.env, options.repository.root);
    const { config, env, repository, notary, hidden, redactor = new Redactor() } = options;
    this.#redactor = redactor;
    // Each lane listens.
    setMaxListeners(0, this.#stopping.signal);
    const broker = new SecretBroker({
      sources: config.secrets,
      env,
      redactor,
      untrustedRoot: repository.root,
      onFailure: notary.secretFailed,
    });
    noteKeys(config, broker);
    const openAccess = (): Promise<ModelAccess> => modelAccess(config, env, broker);
    this.#openAccess = openAccess;
    const { layout } = this;
    const { signal: stopping } = this.#stopping;
    this.#codex = new CodexPool({ config, env, repository, redactor, layout, openAccess, hidden, stopping });
    this.#engine = new JournalEngine(engineLayout(this.layout, env));
    this.engine = this.#engine;
    this.#workflow = createGoalWorkflow(
      goalServices({ ...options, redactor, layout, openAccess, codex: this.#codex, atWork: this.#atWork }),
    );
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
    return openRunWorkspace({ env, repository, runId, commit: baseCommit, signal });
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
  present(runId: string): ReturnType<RunsAtWork['present']> {
    return this.#atWork.present(runId);
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
    await this.#codex[Symbol.asyncDispose]();
  }
}
