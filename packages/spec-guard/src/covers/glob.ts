import picomatch from 'picomatch';

/** Longer globs are refused. */
const MAX_GLOB = 300;

/**
 * Why a text is no glob that the guard takes; undefined for one that it does.
 *
 * Globs come from whoever wrote the spec, so what can make matching slow is refused: many wildcards in one name, and extended globs.
 */
export function globProblem(glob: string): string | undefined {
  if (glob === '') return 'it is empty';
  if (glob.length > MAX_GLOB) return `it is longer than ${MAX_GLOB} characters`;
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(glob)) return 'it holds a control character';
  if (glob.includes('\\')) return 'it holds a backslash; folders are separated by "/"';
  if (glob.startsWith('/') || /^[A-Za-z]:/.test(glob))
    return "it is absolute; paths are relative to the repository's root";
  if (glob.startsWith('!')) return 'it is negated';
  const names = glob.split('/');
  if (names.some((name) => name === '..' || name === '.')) return 'it holds "." or ".." as a name';
  if (names.slice(0, -1).includes('')) return 'it holds an empty name';
  if (/[@?*+!]\(/.test(glob)) return 'extended globs such as "+(a|b)" are not supported';
  if (names.filter((name) => name === '**').length > 3) return 'it holds "**" more than three times';
  if (names.some((name) => name !== '**' && name.replaceAll(/[^*]/g, '').length > 2))
    return 'one name in it holds "*" more than twice';
  if (/\{[^}]*\.\./.test(glob)) return 'ranges such as "{1..9}" are not supported';
  return undefined;
}

/** The folder that every path which a glob matches lies in or is, or the whole path where the glob holds no wildcard. */
export function literalFolder(glob: string): string {
  const wild = glob.search(/[*?[\]{}()]/);
  if (wild < 0) return glob.endsWith('/') ? glob.slice(0, -1) : glob;
  return glob.slice(0, Math.max(glob.lastIndexOf('/', wild), 0));
}

export type PathMatcher = (path: string) => boolean;

/** Compiles a glob: `*` and `?` stay within a name, `**` crosses folders, a name that begins with a dot is a name like others. */
export function compileGlob(glob: string): PathMatcher {
  const folder = /^([^*?[\]{}()]+\/)\*\*$/.exec(glob)?.[1];
  // By far the most common glob needs no regular expression.
  if (folder !== undefined) return (path) => path.startsWith(folder) || path === folder.slice(0, -1);
  if (!/[*?[\]{}()]/.test(glob)) return (path) => path === (glob.endsWith('/') ? glob.slice(0, -1) : glob);
  return picomatch(glob, { dot: true, noextglob: true, nonegate: true, strictSlashes: false });
}

/** Compiles a list of globs; a path matches when one of them does. */
export function compileGlobs(globs: readonly string[]): PathMatcher {
  const matchers = globs.map(compileGlob);
  return (path) => matchers.some((matches) => matches(path));
}
