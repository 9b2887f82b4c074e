import path from 'node:path';
import { makeFolder, readStart, resolveInside } from '@codex-orch/core';
import {
  findRepository,
  type GuardedRepository,
  guardPaths,
  RegistryUnreadableError,
  type SpecText,
  updateRegistry,
} from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import type { CommonFlags } from './command.js';
import { folderOf } from './guard-change.js';

const MiB = 1024 * 1024;

/** The repository that a command on tasks and specs is about; it may have no commit yet. */
export const checkoutOf = (context: CliContext, flags: CommonFlags): Promise<GuardedRepository> =>
  findRepository(folderOf(context, flags));

/** Writers of the registry of one work tree wait for each other here. */
export const registryLock = ({ gitDir }: GuardedRepository): string => path.join(gitDir, 'codex-orch', 'registry.lock');

/** The place of a file of the checkout. Throws `PathEscapesError` where a link leads elsewhere. */
export const insideCheckout = (root: string, name: string): Promise<string> => resolveInside(root, name);

/** Changes the registry of a checkout. */
export async function changeRegistry(
  repository: GuardedRepository,
  change: (text: string) => string | Promise<string>,
): Promise<string> {
  const file = await insideCheckout(repository.root, guardPaths.index);
  await makeFolder(path.dirname(file));
  return updateRegistry(file, change, { lock: registryLock(repository) });
}

/** The text of the registry; empty where there is none. */
export const readRegistry = async ({ root }: GuardedRepository): Promise<string> =>
  (await readText(root, guardPaths.index, 96 * MiB)) ?? '';

/** The text of a spec's file. Throws `RegistryUnreadableError` for what is no regular text file. */
export async function readSpec({ root }: GuardedRepository, name: string): Promise<SpecText> {
  const text = await readText(root, name, MiB);
  if (text === undefined) throw new RegistryUnreadableError(name, 'there is no such file');
  return { path: name, text };
}

async function readText(root: string, name: string, maxBytes: number): Promise<string | undefined> {
  try {
    const { bytes, size } = await readStart(await insideCheckout(root, name), { maxBytes });
    if (size > bytes.length) throw new RegistryUnreadableError(name, `it has ${size} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP' || code === 'EINVAL') throw new RegistryUnreadableError(name, 'it is no regular file');
    throw error;
  }
}
