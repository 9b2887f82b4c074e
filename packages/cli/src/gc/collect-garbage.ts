import { rename } from 'node:fs/promises';
import path from 'node:path';
import {
  LockedError,
  maskSecretsInFiles,
  ProcessLock,
  readRun,
  type Redactor,
  removeTree,
  type RunLocation,
} from '@codex-orch/core';
import { isHeld } from '@codex-orch/core/integration';
import { isHomeInUse } from '@codex-orch/mcp-adapter';
import { approvedWork, ArrivalsByRepository } from '../compose/integration/arrivals.js';
import { noteGivenUp, readNote, runLayout } from '../compose/noted-runs.js';
import type { Notary } from '../compose/notary.js';
import { orchHome } from '../compose/orch-home.js';
import { FleetNeeds } from './fleet-needs.js';
import { type JudgedRun, judgeRun, type Limits } from './judge-run.js';
import { isRealFolder, isThere } from '../compose/presence.js';
import { isAllThatStays, type LeftByRun, type Share, share } from './share-of-run.js';
import { listState, sizeOf, type StateEntry } from './state-entries.js';

export interface GarbageOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly notary: Notary;
  /** Who removes. */
  readonly actor: string;
  /** The age from which runs go, in milliseconds; undefined when only their number counts. */
  readonly olderThanMs: number | undefined;
  /** How many runs of each repository stay whatever their age. */
  readonly keep: number;
  /** The age from which an interrupted run is given up. */
  readonly resumableMs: number;
  readonly dryRun: boolean;
  /** Root of the repository whose run directories go too. */
  readonly runsOf: string | undefined;
  /** Knows what must not be left in the Codex homes that stay. */
  readonly redactor?: Redactor | undefined;
  /** A repository in which runs that nothing was noted of are looked for. */
  readonly repository: string | undefined;
}

/** Something that was, or would be, removed. */
export interface Removed {
  readonly kind:
    | StateEntry['kind']
    | 'run-directory'
    | 'goals'
    | 'integration'
    | 'integration-record'
    | 'cloud-task'
    | 'cloud-receipt'
    | 'cloud-home'
    | 'fetched-run'
    | 'replaced-run'
    | 'artifacts';
  /** The run, or what else it belongs to. */
  readonly runId: string;
  readonly path: string;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** Why it could not be removed after all. */
  readonly problem?: string;
}

/** A Codex home that stays, and that held secrets: its Codex was killed before it could be tidied up. */
export interface Masked {
  readonly runId: string;
  readonly path: string;
  /** Names of the secrets that were found and overwritten. */
  readonly secrets: readonly string[];
}

export interface Garbage {
  readonly removed: readonly Removed[];
  readonly masked: readonly Masked[];
  readonly kept: readonly { readonly runId: string; readonly why: string }[];
}

type Known = JudgedRun &
  LeftByRun & {
    /** The goals that it was begun with. */
    readonly fleetId: string | undefined;
  };

/**
 * Removes what old runs left in the state folder, and where asked their directories; in the Codex homes that stay, it overwrites
 * secrets that a killed process left there.
 *
 * Each removal is in the audit log before it begins, and the run is locked meanwhile.
 * Throws `AuditUnavailableError`; what was removed until then is gone.
 */
export async function collectGarbage(options: GarbageOptions): Promise<Garbage> {
  const removed: Removed[] = [];
  const kept: { runId: string; why: string }[] = [];
  const { known, unknown } = await survey(options);
  const limits = limitsOf(options, known);
  const needs = new FleetNeeds(options);
  await using arrivals = new ArrivalsByRepository(options.env);
  for (const run of known) {
    if (await isAllThatStays(run, options)) continue;
    const verdict = await judgeRun(run, limits, (record) => arrivals.whereabouts(run.repository, record));
    const needed = run.fleetId === undefined ? undefined : await needs.of(run.fleetId, run.runId);
    const isGoing = !(typeof verdict === 'object' && 'keep' in verdict);
    const dependant =
      verdict === 'removable' && run.fleetId !== undefined
        ? await needs.dependant(run.fleetId, run.runId, arrivals)
        : undefined;
    const may = dependant === undefined ? verdict : { keepDirectory: dependant };
    const part = share(run, isGoing && needed ? { keep: needed } : may, options);
    if (part.why !== undefined) kept.push({ runId: run.runId, why: part.why });
    if (part.entries.length > 0 || part.directory) removed.push(...(await removeAll(run, part, options, kept)));
  }
  for (const { runId } of unknown) kept.push({ runId, why: 'it is not known to which repository it belongs' });
  const masked = await maskHomes([...known, ...unknown], options);
  return { removed, masked, kept };
}

/** Every run that left something, with the repository it belongs to. */
async function survey({
  env,
  repository,
  runsOf,
}: GarbageOptions): Promise<{ known: Known[]; unknown: (Pick<Known, 'runId' | 'entries'> & { dir?: undefined })[] }> {
  const entries = new Map<string, StateEntry[]>();
  for (const entry of await listState(orchHome(env)))
    entries.set(entry.runId, [...(entries.get(entry.runId) ?? []), entry]);
  const here = new Map<string, RunLocation>();
  for (const location of repository === undefined ? [] : await runDirectories(env, repository))
    here.set(location.runId, location);
  const known: Known[] = [];
  const unknown: { runId: string; entries: readonly StateEntry[] }[] = [];
  const runIds = new Set([...entries.keys(), ...(runsOf === undefined ? [] : here.keys())]);
  for (const runId of [...runIds].sort()) {
    const own = entries.get(runId) ?? [];
    const local = here.get(runId);
    const noted = await readNote(env, runId);
    // A repository that was moved has its runs elsewhere now; one that merely claims a run of another has no say.
    const isInPlace = noted !== undefined && (await isThere(noted.dir));
    const found = local && repository !== undefined && !isInPlace ? { ...local, repository } : noted;
    const fleetId = noted?.fleet?.id;
    if (!found) unknown.push({ runId, entries: own });
    else {
      const modifiedMs = Math.max(0, ...own.map((entry) => entry.modifiedMs));
      known.push({ ...found, entries: own, modifiedMs, fleetId, isOfQueue: noted?.queue !== undefined });
    }
  }
  return { known, unknown };
}

/** The run directories of a repository, unless `.runs` leads elsewhere. */
async function runDirectories(env: NodeJS.ProcessEnv, repository: string): Promise<readonly RunLocation[]> {
  const layout = runLayout(env, repository);
  return (await isRealFolder(layout.root)) ? layout.locations() : [];
}

function limitsOf({ olderThanMs, keep, resumableMs }: GarbageOptions, known: readonly Known[]): Limits {
  const newest = new Set<string>();
  for (const repository of new Set(known.map((run) => run.repository))) {
    const own = known.filter((run) => run.repository === repository).map(({ runId }) => runId);
    for (const runId of keep === 0 ? [] : own.sort().slice(-keep)) newest.add(runId);
  }
  const now = Date.now();
  return { newest, before: now - (olderThanMs ?? 0), resumableSince: now - resumableMs };
}

/** Overwrites secrets in the Codex homes that are still there. One whose run is worked on is left to its process. */
async function maskHomes(
  runs: readonly (Pick<Known, 'runId' | 'entries'> & { readonly dir?: string | undefined })[],
  { redactor, dryRun }: GarbageOptions,
): Promise<readonly Masked[]> {
  if (dryRun || !redactor || redactor.isEmpty) return [];
  const masked: Masked[] = [];
  for (const { runId, dir, entries } of runs) {
    const home = entries.find(({ kind }) => kind === 'codex-home');
    if (!home || !(await isThere(home.path))) continue;
    let lock: ProcessLock | undefined;
    try {
      lock = await lockOf(runId, dir);
      if (await isHomeInUse(home.path)) continue;
      const secrets = await maskSecretsInFiles(home.path, redactor);
      if (secrets.length > 0) masked.push({ runId, path: home.path, secrets });
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
    } finally {
      await lock?.release();
    }
  }
  return masked;
}

/** Undefined when there is no run directory to lock. Throws `LockedError`. */
async function lockOf(runId: string, dir: string | undefined): Promise<ProcessLock | undefined> {
  if (dir === undefined || !(await isThere(dir))) return undefined;
  return ProcessLock.acquire(path.join(dir, 'lock'), `Run ${runId}`);
}

/** Asked once more under the lock, of the branches as they are now: between the first look and this one, somebody may have reset them. */
async function isStillHeld(env: GarbageOptions['env'], run: Known): Promise<boolean> {
  const record = await readRun(run);
  if (!record) return true;
  await using arrivals = new ArrivalsByRepository(env);
  const work = await approvedWork(env, record);
  const where = work && (await arrivals.whereabouts(run.repository, record));
  return work === undefined || (where !== undefined && isHeld(where));
}

async function removeAll(
  run: Known,
  { entries, directory, isGivenUp = false }: Share,
  { env, dryRun, notary, actor }: GarbageOptions,
  kept: { runId: string; why: string }[],
): Promise<readonly Removed[]> {
  const { runId, dir } = run;
  const isNote = ({ kind }: StateEntry): boolean => kind === 'note';
  const targets: Pick<Removed, 'kind' | 'path'>[] = [
    ...entries.filter((entry) => !isNote(entry)),
    ...(directory ? [{ kind: 'run-directory' as const, path: dir }] : []),
    ...entries.filter(isNote),
  ].map(({ kind, path: file }) => ({ kind, path: file }));
  const sized = await Promise.all(
    targets.map(async (target) => ({ ...target, runId, bytes: await sizeOf(target.path) })),
  );
  if (dryRun) return sized;
  let lock: ProcessLock | undefined;
  try {
    lock = await lockOf(runId, dir);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    kept.push({ runId, why: error.message });
    return [];
  }
  const removed: Removed[] = [];
  try {
    if (directory && !(await isStillHeld(env, run))) {
      kept.push({ runId, why: 'its approved diff is not where it was a moment ago' });
      return [];
    }
    if (isGivenUp) await noteGivenUp(env, runId);
    for (const target of sized) {
      const subject = { kind: target.kind, id: target.path, sha256: null };
      const remove = async (): Promise<void> => {
        if (target.kind !== 'run-directory') return removeTree(target.path);
        // In one step, so that nobody finds half a run.
        const aside = `${target.path}.removed`;
        await rename(target.path, aside);
        // The lock went with it.
        lock = undefined;
        await removeTree(aside);
      };
      try {
        await notary.recorded(actor, { action: 'gc-delete', runId, subject }, remove);
        removed.push(target);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
        removed.push({ ...target, bytes: 0, problem: error instanceof Error ? error.message : code });
        // Without its note, what is left of it would be somebody else's.
        if (target.kind === 'run-directory') break;
      }
    }
  } finally {
    await lock?.release();
  }
  return removed;
}
