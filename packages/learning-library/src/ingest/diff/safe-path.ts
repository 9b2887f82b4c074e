import { posix } from 'node:path';

/** Why a path of a diff is not one inside a repository; undefined for one that is. */
export function flawOfPath(path: string): string | undefined {
  if (path === '' || path.length > 1000) return 'it is empty or too long';
  // eslint-disable-next-line no-control-regex -- these are what must not be in it
  if (/[\0-\x1f\x7f]/.test(path)) return 'it has control characters';
  if (posix.isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.includes('\\')) return 'it is not relative';
  const parts = path.split('/');
  if (parts.some((part) => part === '..' || part === '.' || part === '')) return 'it leaves its folder';
  if (parts.some((part) => part.toLowerCase() === '.git')) return "it lies in git's own folder";
  return undefined;
}
