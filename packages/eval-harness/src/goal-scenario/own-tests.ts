import path from 'node:path';

const folders = /^(?:tests?|specs?|__tests__)$/i;
const files = /(?:[._-](?:test|spec)s?|^tests?)\.[a-z]+$/i;

/** Whether a file of a target is one of its tests: as its scenario says, else as tests are usually named. */
export function isOwnTest(file: string, said: readonly string[] | undefined): boolean {
  if (said) return said.some((place) => file === place || file.startsWith(`${place.replace(/\/$/, '')}/`));
  const names = file.split('/');
  return names.slice(0, -1).some((name) => folders.test(name)) || files.test(path.posix.basename(file));
}
