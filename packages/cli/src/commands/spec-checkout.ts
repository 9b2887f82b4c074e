import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, type ProbedRepository, probeRepository, readStart, resolveInside } from '@codex-orch/core';
import { guardPaths, RegistryUnreadableError, type SpecText, updateRegistry } from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import type { CommonFlags } from './command.js';
import { folderOf } from './guard-change.js';

const MiB = 1024 * 1024;

/** The repository that a command on tasks and specs is about; it may have no commit yet. */
export const checkoutOf = (context: CliContext, flags: CommonFlags): Promise<ProbedRepository> =>
  probeRepository(folderOf(context, flags));

/** Writers of the registry of one work tree wait for each other here. */
export const registryLock = ({ gitDir }: ProbedRepository): string => path.join(gitDir, 'codex-orch', 'registry.lock');

/** The place of a file of the checkout. Throws `PathEscapesError` where a link leads elsewhere. */
export const insideCheckout = (root: string, name: string): Promise<string> => resolveInside(root, name);

/**
 * A file as a user typed it, from the root of the checkout: seen from the working folder where the checkout has such a file, else
 * from the root, as the guard names files.
 */
export async function pathFromRoot({ root }: ProbedRepository, cwd: string, typed: string): Promise<string> {
  const here = path.relative(root, path.resolve(await realpath(cwd), typed));
  const isBelow = here !== '' && here !== '..' && !here.startsWith(`..${path.sep}`) && !path.isAbsolute(here);
  const isThere = isBelow && (await lstat(path.join(root, here)).catch(() => undefined)) !== undefined;
  return (isThere ? here : path.normalize(typed)).split(path.sep).join('/');
}

/** Changes the registry of a checkout. */
export async function changeRegistry(
  repository: ProbedRepository,
  change: (text: string) => string | Promise<string>,
): Promise<string> {
  const file = await insideCheckout(repository.root, guardPaths.index);
  await makeFolder(path.dirname(file));
  return updateRegistry(file, change, { lock: registryLock(repository) });
}

/** The text of the registry; empty where there is none. */
export const readRegistry = async ({ root }: ProbedRepository): Promise<string> =>
  (await readText(root, guardPaths.index, 96 * MiB)) ?? '';

/** The text of a spec's file. Throws `RegistryUnreadableError` for what is no regular text file. */
export async function readSpec({ root }: ProbedRepository, name: string): Promise<SpecText> {
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
