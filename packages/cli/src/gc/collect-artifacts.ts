import { buffer } from 'node:stream/consumers';
import { type Json, OrchError } from '@codex-orch/core';
import type { ArtifactDigest, ArtifactStore } from '@codex-orch/engine-dbos';
import { z } from 'zod';
import { fleetWorkflowName, newsSignal, runIdsIn } from '../compose/fleet-database/fleet-news.js';
import {
  databaseName,
  type DatabaseFlags,
  openArtifacts,
  openQueue,
  shortPatience,
} from '../compose/fleet-database/open-queue.js';
import { SnapshotDamagedError } from '../compose/fleet-database/errors.js';
import { keptRunOf } from '../compose/fleet-database/run-snapshot.js';
import type { CliContext } from '../context.js';
import type { Garbage, GarbageOptions } from './collect-garbage.js';

/**
 * Removes what was stored for the goals of a database, in it or where its workers share results, of runs that ended long ago, once all
 * goals of their file have. What a run that stays names stays, and what somebody used within a day. Runs stay listed; only a copy of them
 * cannot be fetched any more.
 *
 * It is in the audit log before it begins. Throws `AuditUnavailableError`, and `ArtifactStoreError` where it cannot be seen what is named.
 */
export async function collectArtifacts(
  context: CliContext,
  flags: DatabaseFlags,
  { olderThanMs, resumableMs, dryRun, notary, actor }: GarbageOptions,
): Promise<Garbage> {
  await using engine = await openQueue(context, flags, shortPatience);
  await using store = await openArtifacts(flags, engine);
  const kept = new Set<string>();
  const endedBefore = new Date(Date.now() - (olderThanMs ?? resumableMs));
  for (const { id, workflow } of await engine.runsSince(endedBefore)) {
    kept.add(id);
    // Goals that are to begin start from the work of those that ended.
    if (workflow !== fleetWorkflowName) continue;
    for (const runId of runIdsIn(await engine.sent(id, newsSignal))) kept.add(runId);
  }
  const named = new Set(await engine.digestsIn([...kept]));
  const unread: Garbage['kept'][number][] = [];
  for (const runId of kept) {
    try {
      const list = await textOf(listOf(runId, await engine.seenPointer(runId)), store);
      for (const [, sha256 = ''] of list.matchAll(/"([0-9a-f]{64})"/g)) named.add(sha256);
    } catch (error) {
      if (!(error instanceof OrchError) || error.code !== 'artifact-mismatch') throw error;
      // Nobody can go on from what nobody can read; the others need not wait for it.
      unread.push({ runId, why: `the list of what was stored of it is damaged: ${error.message}` });
    }
  }
  const place = flags.artifacts ?? (await databaseName(context, flags));
  let { count, bytes } = await store.sweep(named, { dryRun: true });
  if (count === 0) return { removed: [], masked: [], kept: unread };
  const subject = { kind: 'artifacts', id: place, sha256: null };
  if (!dryRun)
    await notary.recorded(actor, { action: 'gc-delete', runId: null, subject }, async () => {
      await engine.forgetPointers(endedBefore, [...kept]);
      ({ count, bytes } = await store.sweep(named, { dryRun: false }));
    });
  return { removed: [{ kind: 'artifacts', runId: '', path: place, bytes }], masked: [], kept: unread };
}

const partSchema = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int().nonnegative() });

/** Where the list of what was stored of a run is. */
function listOf(runId: string, pointer: Json | undefined): readonly ArtifactDigest[] {
  try {
    return keptRunOf(runId, pointer)?.parts ?? [];
  } catch (error) {
    if (!(error instanceof SnapshotDamagedError)) throw error;
    return partsIn(pointer);
  }
}

/** What a pointer points to, in its order, whichever version wrote it. */
function partsIn(pointer: Json | undefined): readonly ArtifactDigest[] {
  const { data: part } = partSchema.safeParse(pointer);
  if (part) return [part];
  return typeof pointer === 'object' && pointer !== null ? Object.values(pointer).flatMap(partsIn) : [];
}

/** The text of parts; empty where they are in another store. */
async function textOf(parts: readonly ArtifactDigest[], store: ArtifactStore): Promise<string> {
  const texts: Buffer[] = [];
  for (const part of parts) {
    try {
      texts.push(await buffer(await store.get(part)));
    } catch (error) {
      if (!(error instanceof OrchError) || error.code !== 'artifact-missing') throw error;
    }
  }
  return Buffer.concat(texts).toString('utf8');
}
