import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * What identifies the content of a folder: `sha256-` and the SHA-256 over the kind, path and content of every file and link in it, in
 * the order of their paths. Empty folders, times and permissions but the executable bit do not count.
 *
 * @param ignore names at the top that are left out
 */
export async function hashTree(folder: string, ignore: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesOf(folder, ignore)) {
    const place = path.join(folder, file);
    const entry = await lstat(place);
    const kind = entry.isSymbolicLink() ? 'link' : entry.mode & 0o100 ? 'program' : 'file';
    const content = entry.isSymbolicLink() ? Buffer.from(await readlink(place)) : await readFile(place);
    hash.update(`${kind}\0${file}\0${content.length}\0`).update(content);
  }
  return `sha256-${hash.digest('hex')}`;
}

/** The paths of all files and links in a folder, sorted, with `/` between names. */
export async function filesOf(folder: string, ignore: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  const visit = async (at: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, at), { withFileTypes: true })) {
      const name = at === '' ? entry.name : `${at}/${entry.name}`;
      if (at === '' && ignore.includes(name)) continue;
      if (entry.isDirectory()) await visit(name);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(name);
    }
  };
  await visit('');
  return found.sort();
}
