import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  ifAbsent,
  LockedError,
  maskSecretsInFiles,
  OrchError,
  ProcessLock,
  readRun,
  type RunLocation,
  type RunRecord,
} from '@codex-orch/core';
import { type FleetRecord, readFleetRecord } from '@codex-orch/core/goals';
import { isHeld } from '@codex-orch/core/integration';
import { fleetCodexHome, fleetDir, fleetIds } from '../compose/lanes/fleet-place.js';
import { ArrivalsByRepository } from '../compose/integration/arrivals.js';
import { runsWithBase } from '../compose/fleet-database/remote-base.js';
import { readNote, runLayout } from '../compose/noted-runs.js';
import { workspaceDir } from '../compose/orch-home.js';
import type { Garbage, GarbageOptions, Masked, Removed } from './collect-garbage.js';
import { isThere, newestIn } from '../compose/presence.js';
import { removeRecorded } from './remove-recorded.js';

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
  await using arrivals = new ArrivalsByRepository(options.env);
  for (const fleetId of await fleetIds(options.env)) {
    const dir = fleetDir(options.env, fleetId);
    let lock: ProcessLock | undefined;
    try {
      lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Run ${fleetId}`);
      const why = (await whyKept(dir, options, arrivals)) ?? (await whyBorrowedFrom(fleetId, options, arrivals));
      if (why === undefined) {
        removed.push(await removeRecorded({ kind: 'goals', runId: fleetId, path: dir }, options));
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

async function whyKept(
  dir: string,
  { env, olderThanMs, resumableMs }: GarbageOptions,
  arrivals: ArrivalsByRepository,
): Promise<string | undefined> {
  const record = await readFleetRecord(dir);
  const now = Date.now();
  const changed = record ? Date.parse(record.updatedAt) : await changedIn(dir);
  if (changed > now - (olderThanMs ?? 0)) return 'it is not old enough';
  if (!record && (await isThere(path.join(dir, 'fleet.json')))) return 'its record cannot be read';
  if (record && !record.over && changed > now - resumableMs) return 'it can be resumed';
  for (const { id, runId } of record?.goals ?? []) {
    const tree = await ifAbsent(lstat(workspaceDir(env, runId)), undefined);
    if (tree) return `the work tree of its goal "${id}" is still there`;
  }
  return record && unapplied(record, { env, olderThanMs }, arrivals);
}

/** When the last change was made in a folder that is locked; the lock itself is none, or each look would make it young again. */
async function changedIn(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((name) => !/^lock\b/.test(name));
  if (names.length === 0) return (await lstat(dir)).mtimeMs;
  return Math.max(...(await Promise.all(names.map((name) => newestIn(path.join(dir, name))))));
}

/** Why what goals of other machines start from has to stay: a run of this one stands on it. */
async function whyBorrowedFrom(
  fleetId: string,
  { env, olderThanMs }: GarbageOptions,
  arrivals: ArrivalsByRepository,
): Promise<string | undefined> {
  for (const runId of await runsWithBase(env, fleetId)) {
    const tree = await ifAbsent(lstat(workspaceDir(env, runId)), undefined);
    if (tree) return `the work tree of run ${runId} is still there`;
    const noted = await readNote(env, runId);
    const why = noted && (await whyUnapplied(noted, noted.repository, `run ${runId}`, { olderThanMs, arrivals }));
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Why what a run stands on has to stay: its approved diff has not arrived, or nobody can see whether it can. */
async function whyUnapplied(
  location: RunLocation,
  repository: string,
  what: string,
  { olderThanMs, arrivals }: Pick<GarbageOptions, 'olderThanMs'> & { readonly arrivals: ArrivalsByRepository },
): Promise<string | undefined> {
  // A repository on a disk that is not mounted looks like one that was deleted; who names an age knows.
  if (!(await isThere(repository)))
    return olderThanMs === undefined ? `the repository ${repository} of ${what} is not there` : undefined;
  let run: RunRecord | undefined;
  try {
    run = await readRun(location);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return `${what} is damaged: ${error.message}`;
  }
  if (run?.state.phase !== 'done') return undefined;
  const where = await arrivals.whereabouts(repository, run);
  return !where || !isHeld(where)
    ? `the approved diff of ${what} is not applied yet, and was made on work that is only here`
    : undefined;
}

/** A diff that was made on the work of other goals can be integrated only while that is here: no repository of the user's has it. */
async function unapplied(
  record: FleetRecord,
  { env, olderThanMs }: Pick<GarbageOptions, 'env' | 'olderThanMs'>,
  arrivals: ArrivalsByRepository,
): Promise<string | undefined> {
  const layout = runLayout(env, record.repository);
  for (const { id, runId, task, base } of record.goals) {
    if (base === null || base === record.base.commit) continue;
    const place = layout.place(task ?? 'adhoc', runId);
    const why = await whyUnapplied(place, record.repository, `its goal "${id}"`, { olderThanMs, arrivals });
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The Codex of a process that was killed may have left anything in its home. */
async function maskHome(fleetId: string, { env, redactor, dryRun }: GarbageOptions): Promise<readonly Masked[]> {
  const home = fleetCodexHome(env, fleetId);
  const isThere = await lstat(home).catch(() => undefined);
  if (dryRun || !isThere || !redactor || redactor.isEmpty) return [];
  const secrets = await maskSecretsInFiles(home, redactor);
  return secrets.length > 0 ? [{ runId: fleetId, path: home, secrets }] : [];
}
