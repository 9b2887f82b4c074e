import path from 'node:path';
import { readRun, type Redactor, type Repository, type ResolvedConfig, type RunLayout } from '@codex-orch/core';
import { readFleetRecord } from '@codex-orch/core/goals';
import { type CodexRuntime, type CodexRuntimeOptions, openCodexRuntime } from './codex-runtime.js';
import { hiddenPaths } from './hidden-paths.js';
import { fleetCodexHome, fleetDir } from './lanes/fleet-place.js';
import { laneCodex } from './lanes/lane-codex.js';
import type { ModelAccess } from './model-access.js';
import { fleetOf } from './noted-runs.js';
import { codexHomeDir, workspaceDir } from './orch-home.js';

export interface CodexPoolOptions {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly repository: Pick<Repository, 'root'>;
  readonly redactor: Redactor;
  readonly layout: RunLayout;
  readonly openAccess: () => Promise<ModelAccess>;
  /** What no command may read, besides what the settings say is secret; absolute paths. */
  readonly hidden?: readonly string[] | undefined;
  /** Aborted when all work of this process is to end. */
  readonly stopping: AbortSignal;
}

/** The Codex of each run that this process works on. Each has a home of its own, but for those of a fleet that share one. */
export class CodexPool implements AsyncDisposable {
  readonly #options: CodexPoolOptions;
  readonly #byHome = new Map<string, Promise<CodexRuntime>>();

  constructor(options: CodexPoolOptions) {
    this.#options = options;
  }

  /**
   * The Codex of a run, opened when it is first asked for. Closing one that is shared closes it for nobody.
   *
   * Throws what `openCodexRuntime` and `modelAccess` throw; whoever asks next tries again.
   */
  async open(runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> {
    const fleet = await fleetOf(this.#options.env, runId);
    return fleet?.sharesCodex ? this.#openShared(fleet.id, workTree) : this.#openOwn(runId, workTree, signal);
  }

  async #openOwn(runId: string, workTree: string, signal: AbortSignal): Promise<CodexRuntime> {
    const { env, layout } = this.#options;
    const homeDir = codexHomeDir(env, runId);
    const waits = async () => ((await readRun(await layout.find(runId)))?.state.elevations.length ?? 0) > 0;
    const own = await this.#openIn(homeDir, { workTrees: [workTree], signal, waits });
    return {
      ...own,
      close: async () => {
        // A run that is gone on with in this process opens another one.
        this.#byHome.delete(homeDir);
        await own.close();
      },
    };
  }

  async #openShared(fleetId: string, workTree: string): Promise<CodexRuntime> {
    const { env, stopping } = this.#options;
    const goals = (await readFleetRecord(fleetDir(env, fleetId)))?.goals ?? [];
    const workTrees = goals.map((goal) => path.join(workspaceDir(env, goal.runId), 'tree'));
    const shared = await this.#openIn(fleetCodexHome(env, fleetId), {
      workTrees: [...new Set([workTree, ...workTrees])],
      // Whoever needs it first may be cancelled, and the others need it all the same.
      signal: stopping,
    });
    return laneCodex(shared);
  }

  #openIn(homeDir: string, use: Pick<CodexRuntimeOptions, 'workTrees' | 'signal' | 'waits'>): Promise<CodexRuntime> {
    const known = this.#byHome.get(homeDir);
    if (known) return known;
    const { config, env, repository, redactor, openAccess } = this.#options;
    const hidden = [...hiddenPaths(config, env), ...(this.#options.hidden ?? [])];
    const opening = openAccess().then((access) =>
      openCodexRuntime({ config, access, env, repositoryRoot: repository.root, homeDir, hidden, redactor, ...use }),
    );
    this.#byHome.set(homeDir, opening);
    // Others may have more luck.
    opening.catch(() => this.#byHome.delete(homeDir));
    return opening;
  }

  /** Closes every Codex that is open, those that are shared too, also where one of them cannot be. Throws why. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = await Promise.allSettled(
      [...this.#byHome.values()].map(async (opening) => (await opening.catch(() => undefined))?.close()),
    );
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
  }
}
