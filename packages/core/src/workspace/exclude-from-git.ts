import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../fs/atomic-write.js';
import { resolveInside } from '../fs/contained-path.js';
import type { Repository } from './repository.js';

/**
 * Adds a pattern to a repository's `info/exclude`, unless it is there: git then ignores what matches, in this clone only.
 *
 * Throws {@link NotWritableError}, and {@link PathEscapesError} when `info/exclude` leads out of the git directory.
 */
export async function excludeFromGit(repository: Pick<Repository, 'gitDir'>, pattern: string): Promise<void> {
  const file = await resolveInside(repository.gitDir, path.join('info', 'exclude'));
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  if (before.split(/\r?\n/).includes(pattern)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFileAtomic(file, `${before}${gap}${pattern}\n`, { mode: 0o644 });
}
