import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ifAbsent, makeFolder, type Repository, sha256File } from '@codex-orch/core';
import { keepCommit, openBases, takeBundle, writeBase } from '@codex-orch/core/goals';
import type { ArtifactDigest, ArtifactStore } from '@codex-orch/engine-dbos';
import { fleetDir, fleetGitDir } from '../lanes/fleet-place.js';
import type { NotedFleet } from '../noted-runs.js';
import { secureOrchHome } from '../orch-home.js';
import type { RemoteGoal } from './remote-goal.js';

export interface BasePlace {
  readonly repository: Repository;
  readonly env: NodeJS.ProcessEnv;
  readonly store: ArtifactStore;
}

const baseRefs = 'refs/codex-orch/bases';

/** What a base is kept as: by the run that needs it, so that it is known whose work trees borrow from here. */
export const baseRef = (runId: string): string => `${baseRefs}/${runId}`;

/** The runs, of this machine and of others, whose bases this machine keeps for a fleet of a database. */
export const runsWithBase = (env: NodeJS.ProcessEnv, fleetId: string): Promise<readonly string[]> =>
  ifAbsent(readdir(path.join(fleetGitDir(env, fleetId), baseRefs)), []);

/** The git directory of this machine in which the work of a fleet's goals is put together; made when it is missing. */
export async function openFleetBases({ repository, env }: BasePlace, fleetId: string, base: string): Promise<string> {
  await secureOrchHome(env);
  const dir = fleetDir(env, fleetId);
  await makeFolder(path.dirname(dir), { mode: 0o700 });
  await makeFolder(dir, { mode: 0o700 });
  const gitDir = fleetGitDir(env, fleetId);
  await openBases({ repository, gitDir, base });
  return gitDir;
}

/** Fetches the base of a goal that starts from the work of others; undefined for one that starts from what every clone has. */
export async function fetchBase(
  { runId, base, others }: RemoteGoal,
  place: BasePlace,
  signal: AbortSignal,
): Promise<NotedFleet | undefined> {
  if (!others) return undefined;
  const gitDir = await openFleetBases(place, others.fleetId, others.base);
  await takeCommit(gitDir, { commit: base.commit, ref: baseRef(runId), bundle: others.bundle }, place, signal);
  const { fleetId: id, base: start, after } = others;
  return { id, base: start, sharesCodex: false, ...(after && { after }) };
}

export interface StoredCommit {
  readonly commit: string;
  readonly ref: string;
  readonly bundle: ArtifactDigest;
}

/** Takes a commit over from the shared store. */
export async function takeCommit(
  gitDir: string,
  { commit, ref, bundle }: StoredCommit,
  { store }: Pick<BasePlace, 'store'>,
  signal: AbortSignal,
): Promise<void> {
  if (await keepCommit(gitDir, { commit, ref }, signal)) return;
  await inScratch(async (file) => {
    await pipeline(await store.get(bundle), createWriteStream(file, { mode: 0o600 }), { signal });
    await takeBundle(gitDir, { commit, file, ref }, signal);
  });
}

/** Puts a commit, with all that the base has not, into the shared store. */
export async function storeCommit(
  gitDir: string,
  { commit, ref, base }: Omit<StoredCommit, 'bundle'> & { readonly base: string },
  { store }: Pick<BasePlace, 'store'>,
  signal: AbortSignal,
): Promise<ArtifactDigest> {
  return inScratch(async (file) => {
    await writeBase(gitDir, base, { commit, file, ref }, signal);
    const { sha256, bytes } = await sha256File(file);
    await store.put({ sha256, bytes }, createReadStream(file));
    return { sha256, bytes };
  });
}

async function inScratch<T>(work: (file: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-base-'));
  try {
    return await work(path.join(scratch, 'base.bundle'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
