import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, isRunId, newRunId } from '@codex-orch/core';
import { type FleetRecord, readFleetRecord, UnknownFleetError } from '@codex-orch/core/goals';
import { idsNamed } from '../named-id.js';
import { orchHome } from '../orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const prefix = 'goals-';

/** Fleets are kept outside of any repository, so that none can come with one. */
const fleetsDir = (env: Env): string => path.join(orchHome(env), 'goals');

/** The folder of a fleet: its journal, its record, its git directory, and the home of the Codex that all its lanes share. */
export function fleetDir(env: Env, fleetId: string): string {
  // Some come over a database, and none may lead elsewhere.
  if (!isFleetId(fleetId)) throw new UnknownFleetError(fleetId, []);
  return path.join(fleetsDir(env), fleetId);
}

export const fleetCodexHome = (env: Env, fleetId: string): string => path.join(fleetDir(env, fleetId), 'codex');

/** Holds what goals start from that depend on others. */
export const fleetGitDir = (env: Env, fleetId: string): string => path.join(fleetDir(env, fleetId), 'git');

export const plansDir = (env: Env): string => path.join(fleetsDir(env), 'plans');

export const newFleetId = (): string => `${prefix}${newRunId()}`;

export const isFleetId = (text: string): boolean => text.startsWith(prefix) && isRunId(text.slice(prefix.length));

/** The ids of all fleets of this user, the oldest first. */
export const fleetIds = async (env: Env): Promise<readonly string[]> =>
  (await ifAbsent(readdir(fleetsDir(env)), [])).filter(isFleetId).sort();

/** How a fleet of this machine stands; undefined where it is none. */
export const readLocalFleet = (env: Env, fleetId: string): Promise<FleetRecord | undefined> =>
  readFleetRecord(fleetDir(env, fleetId));

/** The fleets of a repository, the oldest first. */
export async function listFleets(env: Env, repository: string): Promise<readonly FleetRecord[]> {
  const names = await fleetIds(env);
  const records = await Promise.all(names.map((name) => readFleetRecord(fleetDir(env, name))));
  return records.filter((record) => record !== undefined).filter((record) => record.repository === repository);
}

/**
 * Finds a fleet by its id, the beginning or the end of it, or `latest`.
 *
 * Throws {@link UnknownFleetError} and `IdEndTooShortError`.
 */
export async function findFleet(env: Env, repository: string, asked: string): Promise<FleetRecord> {
  return fleetNamed(await listFleets(env, repository), asked);
}

/** The one of several fleets, the oldest first, that is called so. Throws what {@link findFleet} throws. */
export function fleetNamed<F extends Pick<FleetRecord, 'fleetId'>>(
  all: readonly F[],
  asked: string,
  where?: string,
): F {
  const latest = all.at(-1);
  if (asked === 'latest' && latest) return latest;
  const named = idsNamed(
    asked.replace(prefix, ''),
    all.map(({ fleetId }) => fleetId.slice(prefix.length)),
  );
  const found = all.filter(({ fleetId }) => named.includes(fleetId.slice(prefix.length)));
  const [fleet] = found;
  if (!fleet || found.length > 1)
    throw new UnknownFleetError(
      asked,
      found.map(({ fleetId }) => fleetId),
      where,
    );
  return fleet;
}
