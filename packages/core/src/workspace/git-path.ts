/**
 * A path as git knows it, relative to the top of the tree: bytes, one character each, as names need not be UTF-8.
 *
 * A type of its own, so that it is not shown to anybody or given to the file system without being decoded.
 */
export type GitPath = string & { readonly encoding: 'bytes' };

/** Splits what git prints with `-z`. */
export const splitNul = (output: Buffer): GitPath[] => output.toString('latin1').split('\0').slice(0, -1) as GitPath[];

/** Joins paths for a command that reads them with `-z --stdin`. */
export const joinNul = (paths: Iterable<GitPath>): Buffer =>
  Buffer.from([...paths].map((path) => `${path}\0`).join(''), 'latin1');

/** For people and for results: what is not UTF-8 shows as U+FFFD. */
export const textOf = (path: GitPath): string => Buffer.from(path, 'latin1').toString('utf8');

export const gitPathOf = (text: string): GitPath => Buffer.from(text, 'utf8').toString('latin1') as GitPath;

/** For calls of the file system, which take bytes too. */
export const onDisk = (root: string, path: GitPath): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);

/** The folders that a path lies in, the innermost first. */
export function ancestors<P extends string>(path: P): P[] {
  const found: P[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    found.push(path.slice(0, end) as P);
  return found;
}

/** Whether a path is one of `paths`, lies in one of them, or has one of them in itself. */
export function touchesAny<P extends string>(paths: readonly P[]): (path: P) => boolean {
  const exact = new Set<string>(paths);
  const folders = new Set<string>(paths.flatMap(ancestors));
  return (path) => {
    const bare = path.replace(/\/$/, '');
    return exact.has(bare) || folders.has(bare) || ancestors(bare).some((folder) => exact.has(folder));
  };
}
