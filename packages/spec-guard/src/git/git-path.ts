/**
 * A path as git knows it, relative to the root: bytes, one character each, as names need not be UTF-8.
 *
 * A type of its own, so that it is not shown to anybody or given to the file system without being decoded.
 */
export type GitPath = string & { readonly encoding: 'bytes' };

/** Splits what git prints with `-z`. */
export const splitNul = (output: Buffer): GitPath[] => output.toString('latin1').split('\0').slice(0, -1) as GitPath[];

/** For people, patterns and results: what is not UTF-8 shows as U+FFFD. */
export const textOf = (path: GitPath): string =>
  isAscii.test(path) ? path : Buffer.from(path, 'latin1').toString('utf8');

export const gitPathOf = (text: string): GitPath =>
  (isAscii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')) as GitPath;

/** For calls of the file system, which take bytes too. */
export const onDisk = (root: string, path: GitPath): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);

// eslint-disable-next-line no-control-regex -- all of ASCII
const isAscii = /^[\x00-\x7f]*$/;
