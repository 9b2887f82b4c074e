import path from 'node:path';
import { ProcessLock, type Repository } from '@codex-orch/core';

/** Where what is only kept to be faster is: in the git directory, which git does not look into. */
export const cacheFolder = (repository: Pick<Repository, 'gitDir'>): string =>
  path.join(repository.gitDir, 'codex-orch', 'patterns-cache');

/** Only one process at a time writes to the files of a repository. Throws `LockedError`. */
export const lockApplications = (repository: Pick<Repository, 'root' | 'gitDir'>): Promise<ProcessLock> =>
  ProcessLock.acquire(path.join(repository.gitDir, 'codex-orch', 'patterns.lock'), `The files of ${repository.root}`);
