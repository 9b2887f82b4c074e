import { fleetWorkflowName, newsSignal, runIdsIn } from '../compose/fleet-database/fleet-news.js';
import { databaseName, type DatabaseFlags, openQueue, shortPatience } from '../compose/fleet-database/open-queue.js';
import { getSnapshot, keptRunOf } from '../compose/fleet-database/run-snapshot.js';
import type { CliContext } from '../context.js';
import type { Garbage, GarbageOptions } from './collect-garbage.js';

/**
 * Removes from a database what was stored there of runs that ended long ago, once all goals of their file have. What a run that stays names
 * stays, and what somebody used within a day. Runs stay listed; only a copy of them cannot be fetched any more.
 *
 * It is in the audit log before it begins. Throws `AuditUnavailableError`, and `SnapshotDamagedError` where it cannot be known what a run
 * needs.
 */
export async function collectArtifacts(
  context: CliContext,
  flags: DatabaseFlags,
  { olderThanMs, resumableMs, dryRun, notary, actor }: GarbageOptions,
): Promise<Garbage> {
  const { DatabaseArtifactStore } = await import('@codex-orch/engine-dbos');
  await using engine = await openQueue(context, flags, shortPatience);
  await using store = new DatabaseArtifactStore(engine);
  const kept = new Set<string>();
  const endedBefore = new Date(Date.now() - (olderThanMs ?? resumableMs));
  for (const { id, workflow } of await engine.runsSince(endedBefore)) {
    kept.add(id);
    // Goals that are to begin start from the work of those that ended.
    if (workflow !== fleetWorkflowName) continue;
    for (const runId of runIdsIn(await engine.sent(id, newsSignal))) kept.add(runId);
  }
  const named = new Set(await engine.digestsIn([...kept]));
  for (const runId of kept) {
    const run = keptRunOf(runId, await engine.seenPointer(runId));
    if (!run) continue;
    // Those who share results in a folder or a bucket have none here.
    const isHere = (await Promise.all(run.parts.map((part) => store.has(part)))).every(Boolean);
    if (!isHere) continue;
    const { run: files, codex, tree } = await getSnapshot(runId, run, store);
    const parts = [...files, ...codex].flatMap((file) => file.parts);
    for (const { sha256 } of [...parts, ...(tree?.parts ?? [])]) named.add(sha256);
  }
  const place = await databaseName(context, flags);
  let { count, bytes } = await store.sweep(named, { dryRun: true });
  if (count === 0) return { removed: [], masked: [], kept: [] };
  const subject = { kind: 'artifacts', id: place, sha256: null };
  if (!dryRun)
    await notary.recorded(actor, { action: 'gc-delete', runId: null, subject }, async () => {
      await engine.forgetPointers(endedBefore, [...kept]);
      ({ count, bytes } = await store.sweep(named, { dryRun: false }));
    });
  return { removed: [{ kind: 'artifacts', runId: '', path: place, bytes }], masked: [], kept: [] };
}
