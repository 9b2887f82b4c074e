import { CloudDriver, FileCloudStore, type ResolvedEnvironment, type VerifyAttempt } from '@codex-orch/cloud-adapter';
import type { OpenTeam, Redactor, ResolvedConfig } from '@codex-orch/core';
import { runTestCommands } from '@codex-orch/roles';
import type { CodexRuntime } from '../codex-runtime.js';
import { runLayout } from '../noted-runs.js';
import { openTestLauncher } from '../test-launcher.js';
import { cloudDirOf } from './cloud-place.js';
import type { OpenedCloud } from './open-cloud.js';

export interface CloudWork {
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly repositoryRoot: string;
  readonly cloud: OpenedCloud;
  readonly environment: ResolvedEnvironment;
  /** What the goal asks for; the configuration's number when absent. */
  readonly attempts?: number | undefined;
  /** A Codex of this machine, in whose sandbox attempts are tested. */
  readonly codex: Pick<CodexRuntime, 'launch' | 'sandbox'>;
}

/**
 * The driver of one run in the cloud, to be given to its builder in place of a local one. Before a turn that is repeated after a crash,
 * `repeatTurn` has to be called.
 */
export function cloudDriverFor(
  work: CloudWork,
  { workspace, store, preflight }: Pick<OpenTeam, 'workspace' | 'store' | 'preflight'>,
): CloudDriver {
  const { config, env, repositoryRoot, cloud, environment } = work;
  const { created } = store.state;
  return new CloudDriver({
    ...cloud,
    store: new FileCloudStore(cloudDirOf(store)),
    environment: environment.environment,
    branch: created?.base.branch ?? undefined,
    attempts: work.attempts ?? config.cloud.attempts,
    timeLimitMs: config.cloud.timeoutMinutes * 60_000,
    verify: verifierOf(work, { workspace, store, commands: preflight.testCommands }),
    claimed: () => claimedByOthers(env, repositoryRoot, store.location.runId),
  });
}

/** Tests an attempt as the tester tests the work; the tester does so once more with the one that is taken. */
function verifierOf(
  { config, env, redactor, codex }: CloudWork,
  {
    workspace,
    store,
    commands,
  }: Pick<OpenTeam, 'workspace' | 'store'> & { readonly commands: readonly (readonly string[])[] },
): VerifyAttempt {
  return async ({ number }, { signal }) => {
    if (commands.length === 0) return { tests: 'not-run' };
    const { passed, reason } = await runTestCommands({
      cwd: workspace.tree,
      commands,
      filter: () => redactor.byteStream(),
      launch: await openTestLauncher({ config, codex, env, workspace }),
      timeoutMs: config.tests.timeoutSeconds * 1000,
      runDir: store.dir,
      logPrefix: `cloud/tests-of-attempt-${number}`,
      signal,
    });
    return { tests: passed ? 'passed' : 'failed', problem: reason ?? undefined };
  };
}

/** The tasks of the other runs of a repository. */
async function claimedByOthers(env: NodeJS.ProcessEnv, root: string, runId: string): Promise<ReadonlySet<string>> {
  const others = (await runLayout(env, root).locations()).filter((location) => location.runId !== runId);
  const records = await Promise.all(
    others.map((location) => new FileCloudStore(cloudDirOf(location)).load().catch(() => ({ turns: [] }))),
  );
  return new Set(records.flatMap(({ turns }) => turns.flatMap(({ task }) => (task ? [task.id] : []))));
}
