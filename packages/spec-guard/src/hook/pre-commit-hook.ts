import { lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, probeRepository, writeError, writeFileAtomic } from '@codex-orch/core';
import { HookChangedError, TwoHooksError } from './errors.js';
import { chainedName, hookScript, originOf } from './hook-script.js';
import { findHooksFolder } from './hooks-folder.js';
import { refuseManagedHooks } from './manager.js';

export interface HookOptions {
  /** Any folder of the repository's work tree. */
  readonly root: string;
  readonly signal?: AbortSignal | undefined;
}

export interface InstalledHook {
  readonly state: 'installed' | 'updated' | 'already-installed';
  readonly file: string;
  /** Where the hook that was there before is now; ours runs it first. */
  readonly chained: string | undefined;
  /** Whether the hooks folder is in the work tree, so that the hook should be committed, together with a chained one. */
  readonly isInWorkTree: boolean;
}

export interface RemovedHook {
  readonly state: 'removed' | 'not-installed';
  readonly file: string;
  /** Whether the hook that was there before is back in its place. */
  readonly restored: boolean;
}

interface Place {
  readonly file: string;
  readonly chained: string;
  readonly isInWorkTree: boolean;
  /** Undefined where there is no hook. */
  readonly present: string | undefined;
  readonly isChained: boolean;
}

/**
 * Installs a pre-commit hook that runs `codex-orch guard --staged`, for all work trees of the repository.
 *
 * A hook that is there already is kept beside it and run first. To install again changes nothing. Throws `HooksManagedError`,
 * `SharedHooksFolderError`, `HookChangedError`, `TwoHooksError`, `NotWritableError` and what finding the repository throws.
 */
export async function installPreCommitHook(options: HookOptions): Promise<InstalledHook> {
  const { root, place } = await findPlace(options);
  const { file, chained, isInWorkTree, present, isChained } = place;
  const done = (state: InstalledHook['state'], hasChained: boolean): InstalledHook => ({
    state,
    file,
    chained: hasChained ? chained : undefined,
    isInWorkTree,
  });
  const origin = present === undefined ? undefined : originOf(present);
  if (origin === 'ours-changed') throw new HookChangedError(place);
  if (origin === 'ours') {
    if (present === hookScript(isChained)) return done('already-installed', isChained);
    await writeFileAtomic(file, hookScript(isChained), { mode: 0o777 });
    return done('updated', isChained);
  }
  await refuseManagedHooks(root, path.dirname(file), present);
  if (isChained) throw new TwoHooksError(file, chained);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    if (present !== undefined) await rename(file, chained);
  } catch (error) {
    throw writeError(file, error);
  }
  try {
    await writeFileAtomic(file, hookScript(present !== undefined), { mode: 0o777 });
  } catch (error) {
    if (present !== undefined) await rename(chained, file);
    throw error;
  }
  return done('installed', present !== undefined);
}

/**
 * Takes the hook out again and puts back what was there before, byte for byte.
 *
 * Throws `HookChangedError` when somebody changed our hook since, whose work would be lost.
 */
export async function removePreCommitHook(options: HookOptions): Promise<RemovedHook> {
  const { place } = await findPlace(options);
  const { file, chained, present, isChained } = place;
  const origin = present === undefined ? 'theirs' : originOf(present);
  if (origin === 'theirs') return { state: 'not-installed', file, restored: false };
  if (origin === 'ours-changed') throw new HookChangedError(place);
  try {
    // Renaming replaces our hook in one step.
    if (isChained) await rename(chained, file);
    else await rm(file);
  } catch (error) {
    throw writeError(file, error);
  }
  return { state: 'removed', file, restored: isChained };
}

async function findPlace({ root, signal }: HookOptions): Promise<{ root: string; place: Place }> {
  const repository = await probeRepository(root, signal);
  const { folder, isInWorkTree } = await findHooksFolder(repository, signal);
  const file = path.join(folder, 'pre-commit');
  const chained = path.join(folder, chainedName);
  const [present, isChained] = await Promise.all([readHook(file), exists(chained)]);
  return { root: repository.root, place: { file, chained, isInWorkTree, present, isChained } };
}

/** A hook may be a program: it is only looked at, and a broken link is a hook too. */
async function readHook(file: string): Promise<string | undefined> {
  if (!(await exists(file))) return undefined;
  return readFile(file, 'latin1').catch(() => '');
}

const exists = async (file: string): Promise<boolean> => (await ifAbsent(lstat(file), undefined)) !== undefined;
