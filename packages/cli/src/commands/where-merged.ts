import type { Repository, RunRecord } from '@codex-orch/core';
import { Containment } from '@codex-orch/core/integration';
import { approvedWork, openArrivals, workOf } from '../compose/integration/arrivals.js';
import type { CliContext } from '../context.js';
import { branchName } from '../print/whereabouts.js';

/** What became of work that was merged. */
export interface MergedWork {
  /** Whether what is checked out has all of it. */
  readonly isWhole: boolean;
  readonly said: string;
}

/** Says what became of the work of a run that was merged; undefined where it was not. */
export async function whereMerged(
  { process: { env } }: CliContext,
  repository: Repository,
  run: RunRecord,
): Promise<MergedWork | undefined> {
  const work = await approvedWork(env, run);
  if (!work) return undefined;
  await using arrivals = await openArrivals(env, repository);
  const where = await arrivals.whereabouts({ ...work, appliedTo: [] });
  if (where.how !== 'merged') return undefined;
  const merged = where.runId === run.runId ? work : await workOf(env, repository, where.runId);
  await using containment = new Containment(repository);
  const { commit } = repository.head;
  const isWhole = merged !== undefined && (await containment.holds(commit, merged.diff));
  const by = where.runId === run.runId ? '' : ` by run ${where.runId}`;
  const now = `${commit.slice(0, 12)} ${isWhole ? 'has all of it, and other commits came after it' : 'does not have all of it'}`;
  return {
    isWhole,
    said: `It was merged into ${branchName(where.into)}${by}, as ${where.commit.slice(0, 12)}; ${now}`,
  };
}
