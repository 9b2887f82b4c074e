import path from 'node:path';
import { openRepository, OrchError, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import {
  type ApprovedWork,
  Arrivals,
  type IntegrationCandidate,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
  type StartingPoint,
  type Whereabouts,
} from '@codex-orch/core/integration';
import { runLayout } from '../noted-runs.js';
import { baseSourceOf } from './approved-run.js';
import { ownIntegrations } from './find-integration.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What a human approved of a run; undefined where nobody did. */
export async function approvedWork(env: Env, { state, dir }: RunRecord): Promise<ApprovedWork | undefined> {
  const { created, diff, approvals, commit, appliedTo } = state;
  const approval = approvals.findLast(({ decision, by }) => decision === 'approved' && by.actor === 'human');
  if (!created || !diff || !approval) return undefined;
  return {
    diff: {
      runId: created.runId,
      file: path.join(dir, 'diff.patch'),
      sha256: approval.subject.sha256,
      baseCommit: created.base.commit,
      baseIn: await baseSourceOf(env, created.runId),
      paths: diff.files.flatMap((file) => [file.path, ...(file.oldPath === undefined ? [] : [file.oldPath])]),
    },
    commit,
    // A branch that was built is not yet one of the user's.
    branch: created.follows ? null : created.base.branch,
    appliedTo,
  };
}

/** Asks where work of a repository arrived, by what this user integrated in it. */
export async function openArrivals(env: Env, repository: Repository, signal?: AbortSignal): Promise<Arrivals> {
  const { root } = repository;
  const layout = runLayout(env, root);
  return new Arrivals({
    repository,
    integrations: await integrationsOf(env, root),
    workOf: async (runId) => {
      const run = await unlessUnusable(async () => readRun(await layout.find(runId)));
      return run && approvedWork(env, run);
    },
    signal,
  });
}

/** What the start of an integration has of its runs, and of those that they depend on, need not be merged. */
export async function withArrived(
  env: Env,
  repository: Repository,
  runs: readonly IntegrationCandidate[],
  start: StartingPoint,
): Promise<IntegrationCandidate[]> {
  await using arrivals = await openArrivals(env, repository);
  const from = start.branch ?? start.base;
  const asked = new Set(runs.map(({ runId }) => runId));
  const known: IntegrationCandidate[] = [];
  for (const run of runs) {
    const after: string[] = [];
    for (const needed of run.after) if (asked.has(needed) || !(await arrivals.isIn(from, needed))) after.push(needed);
    known.push({ ...run, after, commits: [...(await arrivals.commitsOf(run.runId))] });
  }
  return known;
}

async function integrationsOf(env: Env, root: string): Promise<readonly IntegrationRecord[]> {
  const layout = new IntegrationLayout(root);
  const records: IntegrationRecord[] = [];
  for (const id of (await unlessUnusable(() => ownIntegrations(env, root))) ?? []) {
    const record = await unlessUnusable(async () => readIntegration(layout.folderOf(id)));
    if (record) records.push(record);
  }
  return records;
}

/** What is damaged or gone bears witness to nothing. */
async function unlessUnusable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return undefined;
  }
}

/** The same question about runs of several repositories. */
export class ArrivalsByRepository implements AsyncDisposable {
  readonly #env: Env;
  readonly #opened = new Map<string, Promise<Arrivals | undefined>>();

  constructor(env: Env) {
    this.#env = env;
  }

  /** Where what was approved of a run is; undefined where nothing was, or its repository cannot be looked at. */
  async whereabouts(root: string, run: RunRecord): Promise<Whereabouts | undefined> {
    const work = await approvedWork(this.#env, run);
    return work && (await this.#of(root))?.whereabouts(work);
  }

  #of(root: string): Promise<Arrivals | undefined> {
    const known =
      this.#opened.get(root) ?? unlessUnusable(async () => openArrivals(this.#env, await openRepository(root)));
    this.#opened.set(root, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of this.#opened.values()) await (await opened)?.[Symbol.asyncDispose]();
  }
}
