import path from 'node:path';
import { type Repository, type RepositoryOptions, trackedUnder } from '../workspace/index.js';
import { RunTrackedError } from './errors.js';
import type { RunLocation } from './run-layout.js';

/** Those of the runs that came with the repository: why, by their directories. Git is asked once, for all of them. */
export async function findTracked(
  repository: Repository,
  runs: readonly RunLocation[],
  options: RepositoryOptions = {},
): Promise<ReadonlyMap<string, RunTrackedError>> {
  const tracked = runs.length === 0 ? [] : await trackedUnder(repository, '.runs', options);
  const found = new Map<string, RunTrackedError>();
  for (const { dir } of runs) {
    const place = path.relative(repository.root, dir).split(path.sep).join('/').toLowerCase();
    const file = tracked.find((name) => `${name.toLowerCase()}/`.startsWith(`${place}/`));
    if (file !== undefined) found.set(dir, new RunTrackedError(dir, file));
  }
  return found;
}

/** Refuses a run that came with the repository. Throws {@link RunTrackedError}. */
export async function assertUntracked(
  repository: Repository,
  run: RunLocation,
  options: RepositoryOptions = {},
): Promise<void> {
  const refused = (await findTracked(repository, [run], options)).get(run.dir);
  if (refused) throw refused;
}
