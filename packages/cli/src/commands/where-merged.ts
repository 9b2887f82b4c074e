import type { Repository, RunRecord } from '@codex-orch/core';
import { approvedWork, openArrivals } from '../compose/integration/arrivals.js';
import type { CliContext } from '../context.js';
import { sayWhere } from '../print/whereabouts.js';

/** Says where the work of a run is that was merged into what is checked out; undefined where it was not. */
export async function whereMerged(
  { process: { env } }: CliContext,
  repository: Repository,
  run: RunRecord,
): Promise<string | undefined> {
  const work = await approvedWork(env, run);
  if (!work) return undefined;
  await using arrivals = await openArrivals(env, repository);
  // What counts here is the commit that is checked out.
  const where = await arrivals.whereabouts({ ...work, appliedTo: [] });
  const { commit } = repository.head;
  return where.how === 'merged' && (await arrivals.isIn(commit, run.runId)) ? sayWhere(where, run.runId) : undefined;
}
