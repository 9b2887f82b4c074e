import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { textOf } from './world.js';

/** Puts a Codex home where Codex would look without CODEX_HOME, and tells what is in it. */
export async function codexHomeSnapshot(userFolder: string) {
  const dir = path.join(userFolder, '.codex');
  await mkdir(dir);
  await writeFile(path.join(dir, 'config.toml'), 'model = "mine"\n');
  const now = async () => ({
    names: (await readdir(dir, { recursive: true })).sort(),
    config: await textOf(dir, 'config.toml'),
  });
  return { before: await now(), now };
}
