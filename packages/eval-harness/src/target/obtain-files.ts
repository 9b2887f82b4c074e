import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, runCommand } from '@codex-orch/core';
import { checkOutCommit } from './check-out-commit.js';
import { TargetFetchError, TargetTamperedError } from './errors.js';
import type { GitOrigin, NpmOrigin, Target } from './target.js';
import type { TargetSource } from './target-source.js';

/** Where a target comes from, before anybody has looked at the bytes. */
export type UnpinnedOrigin = Omit<NpmOrigin, 'integrity'> | GitOrigin;

export interface ObtainOptions {
  readonly source: TargetSource;
  /** An empty folder that can be filled. */
  readonly into: string;
  readonly signal?: AbortSignal | undefined;
}

/** Files of a target that nobody has compared with its pin. */
export interface ObtainedFiles {
  readonly folder: string;
  readonly origin: Target['origin'];
}

/**
 * Gets the files of a target from where they come. A tarball whose integrity is known is compared with it before it is unpacked.
 *
 * Throws {@link TargetFetchError} and {@link TargetTamperedError}.
 */
export async function obtainFiles(
  { name, version, origin }: Pick<Target, 'name' | 'version'> & { readonly origin: UnpinnedOrigin | Target['origin'] },
  { source, into, signal }: ObtainOptions,
): Promise<ObtainedFiles> {
  if (origin.kind === 'git') return { folder: await checkOutCommit(name, origin, { into, signal }), origin };
  const tarball = await source.tarball({ name, package: origin.package, version }, into, signal);
  const integrity = await integrityOf(tarball);
  if ('integrity' in origin && integrity !== origin.integrity)
    throw new TargetTamperedError(name, 'the tarball', origin.integrity, integrity);
  const folder = await unpack(name, tarball, path.join(into, 'unpacked'), signal);
  return { folder, origin: { ...origin, integrity } };
}

/** What a registry states about a tarball: the SHA-512 of its bytes. */
async function integrityOf(tarball: string): Promise<string> {
  return `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
}

/** The one folder in a tarball. */
async function unpack(target: string, tarball: string, into: string, signal?: AbortSignal): Promise<string> {
  await makeFolder(into);
  const args = ['-xzf', tarball, '-C', into, '--no-same-owner', '--no-same-permissions'];
  const result = await runCommand('tar', args, { cwd: into, env: { PATH: process.env['PATH'] ?? '' }, signal });
  signal?.throwIfAborted();
  if (result.exitCode !== 0) throw new TargetFetchError(target, `tar: ${result.stderr.toString().trim()}`);
  const [folder] = (await readdir(into, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  if (!folder) throw new TargetFetchError(target, 'its tarball holds no folder.');
  return path.join(into, folder.name);
}
