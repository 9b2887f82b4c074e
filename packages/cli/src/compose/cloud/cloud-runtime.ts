import path from 'node:path';
import {
  CloudDriver,
  FileCloudStore,
  type ResolvedEnvironment,
  type ReviewAttempt,
  type VerifyAttempt,
} from '@codex-orch/cloud-adapter';
import {
  currentSubtask,
  type OpenTeam,
  type Redactor,
  type ResolvedConfig,
  type TestReport,
  writeFileAtomic,
} from '@codex-orch/core';
import { reviewDiff, type RoleModelOptions, runTestCommands } from '@codex-orch/roles';
import type { ConfiningCodex } from '../codex-runtime.js';
import { runLayout } from '../noted-runs.js';
import { openTestLauncher } from '../test-launcher.js';
import { inTestPlace } from '../test-places.js';
import { cloudDirOf } from './cloud-place.js';
import type { OpenedCloud } from './open-cloud.js';
import { SharedCloudStore, type TaskSharing } from './shared-store.js';

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
  readonly codex: ConfiningCodex;
  /** Whom to ask about attempts between which the tests do not decide. */
  readonly reviewer: RoleModelOptions;
  /** Where other machines may go on with the run. */
  readonly share?: TaskSharing | undefined;
}

type Opened = Pick<OpenTeam, 'workspace' | 'store' | 'preflight'>;

/** The driver of one run in the cloud, to be given to its builder in place of a local one. */
export function cloudDriverFor(work: CloudWork, opened: Opened): CloudDriver {
  const { config, env, repositoryRoot, cloud, environment, share } = work;
  const { store } = opened;
  const own = new FileCloudStore(cloudDirOf(store));
  const { created } = store.state;
  return new CloudDriver({
    ...cloud,
    store: share ? new SharedCloudStore(own, share) : own,
    environment: environment.environment,
    branch: created?.base.branch ?? undefined,
    attempts: work.attempts ?? config.cloud.attempts,
    timeLimitMs: config.cloud.timeoutMinutes * 60_000,
    ...judgesOf(work, opened),
    claimed: async () => {
      const here = await claimedHere(env, repositoryRoot, store.location.runId);
      return new Set([...here, ...((await share?.claimed()) ?? [])]);
    },
  });
}

/**
 * Tests an attempt as the tester tests the work, and reviews it as the reviewer does. Both do so once more with the one that is taken:
 * what passes the gates is what they say then.
 */
function judgesOf(
  { config, env, redactor, codex, reviewer }: CloudWork,
  { workspace, store, preflight: { testCommands: commands } }: Opened,
): { readonly verify: VerifyAttempt; readonly review: ReviewAttempt } {
  const reports = new Map<number, TestReport>();
  return {
    verify: async ({ number }, { signal = new AbortController().signal }) => {
      if (commands.length === 0) return { tests: 'not-run' };
      const report = await inTestPlace(signal, async () =>
        runTestCommands({
          cwd: workspace.tree,
          commands,
          filter: () => redactor.byteStream(),
          launch: await openTestLauncher({ config, codex, env, workspace }),
          timeoutMs: config.tests.timeoutSeconds * 1000,
          runDir: store.dir,
          logPrefix: `cloud/tests-of-attempt-${number}`,
          signal,
        }),
      );
      reports.set(number, report);
      return { tests: report.passed ? 'passed' : 'failed', problem: report.reason ?? undefined };
    },
    review: async ({ number, tree, cwd }, { signal }) => {
      const { created, applied } = store.state;
      const { review, usage } = await reviewDiff({
        model: reviewer,
        briefing: {
          goal: created?.goal ?? '',
          subtask: currentSubtask(store.state),
          cwd,
          tests: reports.get(number),
          review: undefined,
          applied,
          readDiff: (maxBytes) => workspace.readDiff(tree, maxBytes, { signal }),
        },
        signal,
      });
      const file = path.join(cloudDirOf(store), `review-of-attempt-${number}.json`);
      await writeFileAtomic(file, `${JSON.stringify(redactor.json(review), undefined, 2)}\n`);
      return { review: verdicts[review.verdict], usage };
    },
  };
}

const verdicts = { approve: 'accepted', revise: 'revise', reject: 'rejected' } as const;

/** The tasks of the other runs of a repository of this machine. */
async function claimedHere(env: NodeJS.ProcessEnv, root: string, runId: string): Promise<readonly string[]> {
  const others = (await runLayout(env, root).locations()).filter((location) => location.runId !== runId);
  const records = await Promise.all(
    others.map((location) => new FileCloudStore(cloudDirOf(location)).load().catch(() => ({ turns: [] }))),
  );
  return records.flatMap(({ turns }) => turns.flatMap(({ task }) => (task ? [task.id] : [])));
}
