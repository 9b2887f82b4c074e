import { copyFile, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProbedRepository } from '@codex-orch/core';

/**
 * A git directory of ours for the time of one check. It borrows the objects of the user's repository and has none of its config,
 * hooks, filters or refs, so that git does what we ask and nothing else; its HEAD has no commit, so that no attributes come from one.
 *
 * Layout: gitrepository-layout(5).
 */
export class ScratchGitDirectory implements AsyncDisposable {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(repository: ProbedRepository): Promise<ScratchGitDirectory> {
    const { commonDir, gitDir } = repository;
    const scratch = new ScratchGitDirectory(await mkdtemp(path.join(tmpdir(), 'codex-orch-guard-')));
    const at = (name: string) => path.join(scratch.dir, name);
    try {
      await Promise.all(['objects/info', 'refs', 'info'].map((name) => mkdir(at(name), { recursive: true })));
      const isSha256 = repository.objectFormat === 'sha256';
      await Promise.all([
        writeFile(at('HEAD'), 'ref: refs/heads/none\n'),
        writeFile(
          at('config'),
          // Bare, so that without a given work tree no attribute in one has a say. Given as an option it would not count.
          `[core]\n\trepositoryformatversion = ${isSha256 ? 1 : 0}\n\tbare = true\n${isSha256 ? '[extensions]\n\tobjectFormat = sha256\n' : ''}`,
        ),
        writeFile(at('objects/info/alternates'), `${cQuote(path.join(commonDir, 'objects'))}\n`),
        copyFile(path.join(commonDir, 'info/exclude'), at('info/exclude')).catch(ignoreMissing),
        copyFile(path.join(commonDir, 'shallow'), at('shallow')).catch(ignoreMissing),
        shareIndexes(gitDir, scratch.dir),
      ]);
      return scratch;
    } catch (error) {
      await scratch[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A copy of an index, for commands that would write into it. */
  async copyIndex(file: string): Promise<string> {
    const copy = path.join(this.dir, 'index');
    const before = await stat(file).catch(ignoreMissing);
    if (!before) return copy;
    await copyFile(file, copy);
    // Git distrusts entries that are not older than the index. A younger copy would make it trust them.
    const second = Math.floor(before.mtimeMs / 1000);
    await utimes(copy, second, second);
    return copy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** A split index names its other half, which git looks for in its own directory. */
async function shareIndexes(gitDir: string, dir: string): Promise<void> {
  for (const name of await readdir(gitDir))
    if (name.startsWith('sharedindex.')) await symlink(path.join(gitDir, name), path.join(dir, name));
}

function ignoreMissing(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  return undefined;
}

/** Quotes a path so that no character of it ends its line or starts a comment in `alternates`. */
const cQuote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
