import { createHash } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, makeScratchFolder, removeTree, runCommand } from '@codex-orch/core';
import { TargetFetchError, TargetTamperedError } from './errors.js';
import { hashTree } from './hash-tree.js';
import type { Target } from './target.js';
import type { TargetSource } from './target-source.js';

export interface FetchOptions {
  readonly source: TargetSource;
  /** Where what was fetched is kept, by its hash. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The folder of the target's published files, unpacked and verified; they must not be changed there.
 *
 * Throws {@link TargetFetchError} and {@link TargetTamperedError}.
 */
export async function fetchTarget(target: Target, { source, cacheDir, signal }: FetchOptions): Promise<string> {
  const trees = path.join(cacheDir, 'trees');
  await makeFolder(trees);
  const place = path.join(trees, target.tree);
  const cached = await hashTree(place).catch(() => undefined);
  if (cached === target.tree) return place;
  // What is there under that name is not what it says it is: somebody changed it.
  if (cached !== undefined) await removeTree(place);

  const scratch = await makeScratchFolder('fetch', trees);
  try {
    const tarball = await source.tarball(target, scratch, signal);
    const integrity = await integrityOf(tarball);
    if (integrity !== target.integrity)
      throw new TargetTamperedError(target.name, 'the tarball', target.integrity, integrity);
    const unpacked = await unpack(target.name, tarball, path.join(scratch, 'unpacked'), signal);
    const actual = await hashTree(unpacked);
    if (actual !== target.tree) throw new TargetTamperedError(target.name, 'the unpacked tree', target.tree, actual);
    await rename(unpacked, place).catch(async (error: unknown) => {
      // Another process was faster with the same files.
      if ((await hashTree(place).catch(() => undefined)) !== target.tree) throw error;
    });
    return place;
  } finally {
    await removeTree(scratch);
  }
}

/** What a registry states about a tarball: the SHA-512 of its bytes. */
export async function integrityOf(tarball: string): Promise<string> {
  return `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
}

/** The one folder in a tarball. Throws {@link TargetFetchError}. */
export async function unpack(target: string, tarball: string, into: string, signal?: AbortSignal): Promise<string> {
  await makeFolder(into);
  const args = ['-xzf', tarball, '-C', into, '--no-same-owner', '--no-same-permissions'];
  const result = await runCommand('tar', args, { cwd: into, env: { PATH: process.env['PATH'] ?? '' }, signal });
  signal?.throwIfAborted();
  if (result.exitCode !== 0) throw new TargetFetchError(target, `tar: ${result.stderr.toString().trim()}`);
  const [folder] = (await readdir(into, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  if (!folder) throw new TargetFetchError(target, 'its tarball holds no folder.');
  return path.join(into, folder.name);
}
