import path from 'node:path';
import { openRepository, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import {
  type ApprovedWork,
  Arrivals,
  Containment,
  type IntegrationCandidate,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
  type StartingPoint,
  type Whereabouts,
} from '@codex-orch/core/integration';
import { runLayout } from '../noted-runs.js';
import { unlessUnusable } from '../unless-unusable.js';
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
  return new Arrivals({
    repository,
    integrations: await integrationsOf(env, root),
    workOf: (runId) => workOf(env, repository, runId),
    signal,
  });
}

/** The approved work of a run; undefined where it has none, or is gone or damaged. */
export async function workOf(env: Env, { root }: Repository, runId: string): Promise<ApprovedWork | undefined> {
  const run = await unlessUnusable(async () => readRun(await runLayout(env, root).find(runId)));
  return run && approvedWork(env, run);
}

/** Tells an integration by which commits its start may have the runs, and which of those that they depend on it has. */
export async function withArrived(
  env: Env,
  repository: Repository,
  runs: readonly IntegrationCandidate[],
  start: StartingPoint,
): Promise<IntegrationCandidate[]> {
  await using arrivals = await openArrivals(env, repository);
  await using containment = new Containment(repository);
  const from = start.branch ?? start.base;
  const asked = new Set(runs.map(({ runId }) => runId));
  const isIn = async (runId: string): Promise<boolean> =>
    containment.has(from, (await workOf(env, repository, runId))?.diff, await arrivals.commitsOf(runId));
  const known: IntegrationCandidate[] = [];
  for (const run of runs) {
    const after: string[] = [];
    for (const needed of run.after) if (asked.has(needed) || !(await isIn(needed))) after.push(needed);
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
