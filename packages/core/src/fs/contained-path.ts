import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { PathEscapesError } from './errors.js';

const MAX_LINKS = 40;

const isMissing = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * The real place of a relative path inside `root`; the path itself need not exist.
 *
 * Symbolic links are followed as long as each stays in the folder. Throws {@link PathEscapesError} for absolute paths, `..`,
 * NUL and links that lead out, also through a link whose target does not exist yet.
 */
export async function resolveInside(root: string, relative: string): Promise<string> {
  const escapes = (how: string) => new PathEscapesError(root, relative, how);
  if (relative.includes('\0')) throw escapes('it contains a NUL character');
  if (path.isAbsolute(relative)) throw escapes('it is absolute');
  const names = relative.split(path.sep).filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw escapes('it contains ".."');

  const realRoot = await realpath(root);
  const ahead = names.reverse();
  let here = realRoot;
  let links = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '..') {
      if (here === realRoot) throw escapes('a symbolic link on the way leaves the folder');
      here = path.dirname(here);
      continue;
    }
    const next = path.join(here, name);
    const target = await linkTarget(next);
    if (target === undefined) {
      here = next;
      continue;
    }
    if (++links > MAX_LINKS) throw escapes('there are too many symbolic links on the way');
    if (path.isAbsolute(target)) {
      const inside = path.relative(realRoot, target);
      if (inside === '..' || inside.startsWith(`..${path.sep}`))
        throw escapes('a symbolic link on the way leaves the folder');
      here = realRoot;
      ahead.push(...inside.split(path.sep).filter(Boolean).reverse());
    } else {
      ahead.push(
        ...target
          .split(path.sep)
          .filter((part) => part !== '' && part !== '.')
          .reverse(),
      );
    }
  }
  return here;
}

async function linkTarget(file: string): Promise<string | undefined> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await readlink(file) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
