import { copyFile, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../fs/atomic-write.js';
import { makeScratchFolder } from '../fs/scratch-folder.js';
import type { ObjectFormat } from './probe-repository.js';
import type { Repository } from './repository.js';

/** What a git directory of ours is made from. */
export interface GitDirectorySeed {
  readonly head: string;
  readonly objectFormat: ObjectFormat;
  /** Object folders to borrow from; theirs are borrowed too. */
  readonly borrowFrom: readonly string[];
  /** Settings as `key=value`, of the section `core`. */
  readonly config?: readonly string[] | undefined;
}

/**
 * Writes the files of a git directory by hand, so that no template, hook or config of anybody comes into it.
 *
 * Layout: gitrepository-layout(5).
 */
export async function writeGitDirectory(dir: string, seed: GitDirectorySeed): Promise<void> {
  for (const folder of ['objects/info', 'refs/heads', 'info']) await mkdir(path.join(dir, folder), { recursive: true });
  await writeTrustedConfig(dir, seed);
  await writeFile(path.join(dir, 'HEAD'), `${seed.head}\n`);
}

/** Writes, or restores, the two files of a git directory that decide what git runs and whose objects it reads. */
export async function writeTrustedConfig(dir: string, seed: Omit<GitDirectorySeed, 'head'>): Promise<void> {
  const core = (seed.config ?? []).map((setting) => setting.replace(/^core\.([a-z]+)=(\w+)$/, '\t$1 = $2\n'));
  const isSha256 = seed.objectFormat === 'sha256';
  await replaceIfChanged(
    path.join(dir, 'config'),
    // A tree that was acknowledged has to outlive a power cut; batch mode costs one flush a snapshot.
    `[core]\n\trepositoryformatversion = ${isSha256 ? 1 : 0}\n\tbare = false\n\tfsync = committed,loose-object\n\tfsyncMethod = batch\n${core.join('')}` +
      (isSha256 ? '[extensions]\n\tobjectFormat = sha256\n' : ''),
  );
  await replaceIfChanged(
    path.join(dir, 'objects/info/alternates'),
    seed.borrowFrom.map((folder) => `${cQuote(folder)}\n`).join(''),
  );
}

async function replaceIfChanged(file: string, content: string): Promise<void> {
  const isSame = await readFile(file, 'utf8').then(
    (before) => before === content,
    () => false,
  );
  if (!isSame) await writeFileAtomic(file, content, { durable: false });
}

/** Takes over what changes how git sees files without running anything: ignored paths, attributes, and where history is cut. */
export async function copyHarmlessFiles(repository: Repository, dir: string): Promise<void> {
  for (const file of ['info/exclude', 'info/attributes', 'shallow']) {
    await copyFile(path.join(repository.gitDir, file), path.join(dir, file)).catch(ignoreMissing);
  }
}

/** A git directory for one question about a user's repository; it is removed when disposed of. */
export class ScratchGitDirectory implements AsyncDisposable {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(repository: Repository, head = repository.head.commit): Promise<ScratchGitDirectory> {
    const scratch = new ScratchGitDirectory(await makeScratchFolder('git'));
    try {
      await writeGitDirectory(scratch.dir, {
        head,
        objectFormat: repository.objectFormat,
        borrowFrom: [path.join(repository.gitDir, 'objects')],
        config: repository.checkoutConfig,
      });
      await copyHarmlessFiles(repository, scratch.dir);
      return scratch;
    } catch (error) {
      await scratch[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Copies the user's index with what it knows of unchanged files, so that they are not read again: what a filter made
   * of a file then counts as unchanged, just as for the user's own git.
   */
  async copyIndex(repository: Repository): Promise<string> {
    const index = path.join(this.dir, 'index');
    const before = await stat(repository.indexFile).catch(ignoreMissing);
    if (!before) return index;
    await copyFile(repository.indexFile, index);
    await copySharedIndex(path.dirname(repository.indexFile), this.dir);
    // Git distrusts entries that are not older than the index. A younger copy would make it trust them.
    const second = Math.floor(before.mtimeMs / 1000);
    await utimes(index, second, second);
    return index;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function copySharedIndex(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (name.startsWith('sharedindex.')) await copyFile(path.join(from, name), path.join(to, name));
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  return undefined;
}

/** Quotes a path so that no character of it ends its line or starts a comment in `alternates`. */
const cQuote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
