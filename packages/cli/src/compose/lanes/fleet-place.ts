import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, isRunId, newRunId } from '@codex-orch/core';
import { type FleetRecord, readFleetRecord, UnknownFleetError } from '@codex-orch/core/goals';
import { orchHome } from '../orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const prefix = 'goals-';

/** Fleets are kept outside of any repository, so that none can come with one. */
const fleetsDir = (env: Env): string => path.join(orchHome(env), 'goals');

/** The folder of a fleet: its journal, its record, its git directory, and the home of the Codex that all its lanes share. */
export const fleetDir = (env: Env, fleetId: string): string => path.join(fleetsDir(env), fleetId);

export const fleetCodexHome = (env: Env, fleetId: string): string => path.join(fleetDir(env, fleetId), 'codex');

/** Holds what goals start from that depend on others. */
export const fleetGitDir = (env: Env, fleetId: string): string => path.join(fleetDir(env, fleetId), 'git');

export const plansDir = (env: Env): string => path.join(fleetsDir(env), 'plans');

export const newFleetId = (): string => `${prefix}${newRunId()}`;

export const isFleetId = (text: string): boolean => text.startsWith(prefix) && isRunId(text.slice(prefix.length));

/** The ids of all fleets of this user, the oldest first. */
export const fleetIds = async (env: Env): Promise<readonly string[]> =>
  (await ifAbsent(readdir(fleetsDir(env)), [])).filter(isFleetId).sort();

/** The fleets of a repository, the oldest first. */
export async function listFleets(env: Env, repository: string): Promise<readonly FleetRecord[]> {
  const names = await fleetIds(env);
  const records = await Promise.all(names.map((name) => readFleetRecord(fleetDir(env, name))));
  return records.filter((record) => record !== undefined).filter((record) => record.repository === repository);
}

/** A short end would too easily be met by a slip of the finger. */
const minEndCharacters = 4;

/** Finds a fleet by its id, the beginning or the end of it, or `latest`. Throws {@link UnknownFleetError}. */
export async function findFleet(env: Env, repository: string, asked: string): Promise<FleetRecord> {
  const all = await listFleets(env, repository);
  const latest = all.at(-1);
  if (asked === 'latest' && latest) return latest;
  const wanted = asked.replace(prefix, '').toUpperCase();
  const found = all.filter(({ fleetId }) => {
    const id = fleetId.slice(prefix.length);
    return wanted !== '' && (id.startsWith(wanted) || (wanted.length >= minEndCharacters && id.endsWith(wanted)));
  });
  const [fleet] = found;
  if (!fleet || found.length > 1)
    throw new UnknownFleetError(
      asked,
      found.map(({ fleetId }) => fleetId),
    );
  return fleet;
}
