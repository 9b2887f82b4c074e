import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isolatedEnvironment, makeScratchFolder, removeTree, runChecked } from '@codex-orch/core';

interface Part {
  readonly path: string;
  readonly content: Buffer;
}

/** By the names of the files. Each asset is applied to the same ones of a target, and making it takes several starts of git. */
const made = new Map<string, Promise<readonly Part[]>>();

/**
 * Makes a folder a repository with a commit, in which git knows these files by name: all that the library asks of one. What git has of
 * their contents is nothing.
 */
export async function makePlainRepository(folder: string, files: readonly string[]): Promise<void> {
  const key = files.join('\0');
  let parts = made.get(key);
  if (!parts) {
    parts = makeParts(files);
    made.set(key, parts);
    parts.catch(() => made.delete(key));
  }
  for (const part of await parts) {
    const place = path.join(folder, '.git', part.path);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, part.content);
  }
}

const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
  [`GIT_${role}_NAME`, 'codex-orch'],
  [`GIT_${role}_EMAIL`, ''],
]);

async function makeParts(files: readonly string[]): Promise<readonly Part[]> {
  const scratch = await makeScratchFolder('eval-repository');
  try {
    const env = { ...isolatedEnvironment(process.env), ...(Object.fromEntries(who) as Record<string, string>) };
    const git = (args: readonly string[], input?: string): Promise<Buffer> =>
      runChecked('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', ...args], { cwd: scratch, env, input });
    await git(['init', '--quiet', '--template=']);
    await git(['commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'The target']);
    const nothing = (await git(['hash-object', '-w', '--stdin'], '')).toString().trim();
    const entries = files.map((file) => `100644 ${nothing}\t${file}\0`);
    await git(['update-index', '-z', '--index-info'], entries.join(''));
    return await partsOf(path.join(scratch, '.git'));
  } finally {
    await removeTree(scratch);
  }
}

async function partsOf(folder: string): Promise<readonly Part[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  return Promise.all(
    places.map(async (place) => ({ path: path.relative(folder, place), content: await readFile(place) })),
  );
}
