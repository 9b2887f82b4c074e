import path from 'node:path';
import { git, resolveInside } from '@codex-orch/core';
import { NothingSelectedError } from './errors.js';

export interface ListFilesOptions {
  /** Files and folders, relative to the root; all of it without them. */
  readonly paths?: readonly string[] | undefined;
  /** With dots, e.g. `.ts`. */
  readonly extensions: ReadonlySet<string>;
  /** Files that are taken for their name, whatever their extension is. */
  readonly names?: ReadonlySet<string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The files that a codemod may look at: what git tracks, and what it does not but does not ignore either. Sorted; relative, with slashes.
 *
 * Throws `PathEscapesError`, and {@link NothingSelectedError} where a path names nothing that git knows.
 */
export async function listFiles(
  root: string,
  { paths = [], extensions, names: taken, signal }: ListFilesOptions,
): Promise<string[]> {
  const wanted = paths.map((name) => path.posix.normalize(name.split(path.sep).join('/')).replace(/\/$/, ''));
  for (const name of wanted) await resolveInside(root, name);
  const asked = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  // Literal names, as the environment has it: a path is no pattern. What the user has git ignore everywhere is ignored here too.
  const user = { withUserConfig: true, spare: ['core.excludesFile'] };
  const output = await git([...asked, '--', ...wanted], { cwd: root, signal, ...user });
  const names = output.toString('utf8').split('\0').slice(0, -1);
  for (const name of wanted) {
    if (name !== '.' && !names.some((file) => file === name || file.startsWith(`${name}/`)))
      throw new NothingSelectedError(name);
  }
  return names
    .filter(
      (name) =>
        extensions.has(path.posix.extname(name).toLowerCase()) || taken?.has(path.posix.basename(name)) === true,
    )
    .sort();
}
