import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ProbedRepository } from '@codex-orch/core';
import { IndexFileRefusedError } from '../git/errors.js';

/**
 * The index that a commit is being made of: while `git commit -a` or `git commit PATH` runs its hooks, that is a file of its own,
 * named by `GIT_INDEX_FILE`.
 *
 * Throws {@link IndexFileRefusedError} for a file elsewhere, so that no stray variable makes the guard look at another index.
 */
export async function indexFileOf(repository: ProbedRepository, named: string | undefined): Promise<string> {
  if (named === undefined || named === '') return repository.indexFile;
  const file = path.resolve(repository.root, named);
  const folder = await realpath(path.dirname(file)).catch(() => undefined);
  if (folder !== repository.gitDir) throw new IndexFileRefusedError(named);
  return path.join(folder, path.basename(file));
}
