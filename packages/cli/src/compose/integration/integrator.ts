import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  createWorkspace,
  excludeFromGit,
  JournalEngine,
  ProcessLock,
  type Redactor,
  type Repository,
  type ResolvedConfig,
} from '@codex-orch/core';
import {
  type Approved,
  createIntegrationWorkflow,
  type IntegrationCandidate,
  type IntegrationInput,
  IntegrationLayout,
  type IntegrationProgress,
  type IntegrationRecord,
  type IntegrationServices,
  readIntegration,
} from '@codex-orch/core/integration';
import { runLayout } from '../noted-runs.js';
import type { Notary } from '../notary.js';
import { approvedRun } from './approved-run.js';
import { findIntegration, IntegrationEmptyError } from './find-integration.js';
import { integrationCodexHome, integrationWorkspace, noteIntegration } from './integration-place.js';
import { integrationCommands, integrationTests } from './integration-tests.js';

export interface IntegratorOptions {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly notary: Notary;
  readonly redactor: Redactor;
  readonly acceptSecrets: boolean;
  /** Who integrates, as logs name them. */
  readonly actor: string;
  readonly onProgress?: ((progress: IntegrationProgress) => void) | undefined;
}

/** Everything an integration needs, put together for one repository on this machine. */
export class Integrator implements AsyncDisposable {
  readonly layout: IntegrationLayout;
  readonly #options: IntegratorOptions;
  readonly #engine: JournalEngine;

  constructor(options: IntegratorOptions) {
    this.#options = options;
    this.layout = new IntegrationLayout(options.repository.root);
    this.#engine = new JournalEngine(this.layout);
  }

  /** Whether the diff of a run is approved, now. */
  readonly approved = async (run: IntegrationCandidate): Promise<Approved> => {
    const { env, repository } = this.#options;
    return approvedRun(await runLayout(env, repository.root).find(run.runId), run, this.#options);
  };

  /**
   * Integrates to the end, and returns the record.
   *
   * Throws `LockedError` when another process builds the same branch.
   */
  async integrate(input: IntegrationInput): Promise<IntegrationRecord> {
    const { repository, env } = this.#options;
    const { id, branch } = input;
    await noteIntegration(env, id, repository.root);
    await this.layout.make(id);
    await excludeFromGit(repository, '.runs/');
    const workflow = createIntegrationWorkflow(this.#services(id));
    return this.#toEnd(id, branch, () => this.#engine.run(workflow, input, { id }));
  }

  /** Goes on with an integration that was interrupted; one that has ended stays as it is. Throws what {@link integrate} throws. */
  async resume(asked: string): Promise<IntegrationRecord> {
    const { id, branch } = await this.read(asked);
    this.#engine.register(createIntegrationWorkflow(this.#services(id)));
    return this.#toEnd(id, branch, () => this.#engine.resume(id));
  }

  async #toEnd(id: string, branch: string, begin: () => Promise<void>): Promise<IntegrationRecord> {
    const { notary, actor } = this.#options;
    await using _lock = await this.#lock(branch);
    const subject = { kind: 'integration', id, sha256: null };
    await notary.recorded(actor, { action: 'integrate', runId: null, subject }, async () => {
      await begin();
      await this.#engine.result(id);
    });
    return await this.read(id);
  }

  /** The record of an integration of this repository. Throws what `findIntegration` throws, and `IntegrationRecordError`. */
  async read(asked: string): Promise<IntegrationRecord> {
    const { env, repository } = this.#options;
    const id = await findIntegration(env, repository.root, asked);
    const record = await readIntegration(await this.layout.find(id));
    if (!record) throw new IntegrationEmptyError(id);
    return record;
  }

  /** The branch is one process's to build, whichever runs go into it. */
  #lock(branch: string): Promise<ProcessLock> {
    const name = createHash('sha256').update(branch).digest('hex').slice(0, 32);
    return ProcessLock.acquire(path.join(this.layout.root, 'locks', name), `The branch ${branch}`);
  }

  #services(id: string): IntegrationServices {
    const { repository, config, env, redactor, onProgress } = this.#options;
    const dir = this.layout.folderOf(id);
    return {
      repository,
      dir,
      openWorkspace: async (commit, signal) => {
        const workspace = await createWorkspace({ repository, commit, dir: integrationWorkspace(env, id), signal });
        await workspace.linkDependencies(repository, config.tests.dependencies, { signal });
        return workspace;
      },
      approved: this.approved,
      commands: (workspace) => integrationCommands(config, workspace),
      runTests: integrationTests({
        repository,
        config,
        env,
        redactor,
        codexHome: integrationCodexHome(env, id),
        dir,
      }),
      onProgress,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.stop();
  }
}
