import { lstat, rename } from 'node:fs/promises';
import path from 'node:path';
import { LockedError, maskSecretsInFiles, ProcessLock, removeTree } from '@codex-orch/core';
import { readFleetRecord } from '@codex-orch/core/goals';
import { fleetCodexHome, fleetDir, fleetIds } from '../compose/lanes/fleet-place.js';
import { workspaceDir } from '../compose/orch-home.js';
import type { Garbage, GarbageOptions, Masked, Removed } from './collect-garbage.js';
import { sizeOf } from './state-entries.js';

/**
 * Removes what is left of goals that were begun together: their journal, their git directory and the Codex home that they shared. What
 * a work tree still borrows from stays, and secrets in the homes that stay are overwritten.
 *
 * Each removal is in the audit log before it begins. Throws `AuditUnavailableError`.
 */
export async function collectFleets(options: GarbageOptions): Promise<Garbage> {
  const removed: Removed[] = [];
  const masked: Masked[] = [];
  const kept: { runId: string; why: string }[] = [];
  for (const fleetId of await fleetIds(options.env)) {
    const dir = fleetDir(options.env, fleetId);
    let lock: ProcessLock | undefined;
    try {
      lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Run ${fleetId}`);
      const why = await whyKept(dir, options);
      if (why === undefined) {
        removed.push(await removeFleet(fleetId, dir, options));
        // The lock went with it.
        if (!options.dryRun) lock = undefined;
      } else {
        kept.push({ runId: fleetId, why });
        masked.push(...(await maskHome(fleetId, options)));
      }
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      kept.push({ runId: fleetId, why: error.message });
    } finally {
      await lock?.release();
    }
  }
  return { removed, masked, kept };
}

async function whyKept(dir: string, { env, olderThanMs, resumableMs }: GarbageOptions): Promise<string | undefined> {
  const record = await readFleetRecord(dir);
  const now = Date.now();
  const changed = record ? Date.parse(record.updatedAt) : (await lstat(dir)).mtimeMs;
  if (changed > now - (olderThanMs ?? 0)) return 'it is not old enough';
  if (record && !record.over && changed > now - resumableMs) return 'it can be resumed';
  for (const { id, runId } of record?.goals ?? []) {
    const tree = await lstat(workspaceDir(env, runId)).catch(() => undefined);
    if (tree) return `the work tree of its goal "${id}" is still there`;
  }
  return undefined;
}

async function removeFleet(fleetId: string, dir: string, { notary, actor, dryRun }: GarbageOptions): Promise<Removed> {
  const target = { kind: 'goals', runId: fleetId, path: dir, bytes: await sizeOf(dir) } as const;
  const subject = { kind: target.kind, id: dir, sha256: null };
  if (!dryRun)
    await notary.recorded(actor, { action: 'gc-delete', runId: null, subject }, async () => {
      // In one step, so that nobody finds half of it.
      const aside = `${dir}.removed`;
      await rename(dir, aside);
      await removeTree(aside);
    });
  return target;
}

/** The Codex of a process that was killed may have left anything in its home. */
async function maskHome(fleetId: string, { env, redactor, dryRun }: GarbageOptions): Promise<readonly Masked[]> {
  const home = fleetCodexHome(env, fleetId);
  const isThere = await lstat(home).catch(() => undefined);
  if (dryRun || !isThere || !redactor || redactor.isEmpty) return [];
  const secrets = await maskSecretsInFiles(home, redactor);
  return secrets.length > 0 ? [{ runId: fleetId, path: home, secrets }] : [];
}
