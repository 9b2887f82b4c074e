import { OrchError, probeRepository } from '@codex-orch/core';
import {
  addAssetUses,
  type AssetUse,
  findTask,
  guardPaths,
  parseRegistry,
  removeAssetUses,
  type TaskAssetUse,
  usesOfAsset,
} from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import { visibleLine } from '../print/visible.js';
import type { CommonFlags } from './command.js';
import { folderOf } from './guard-change.js';
import { registryOf } from './spec.js';
import { changeRegistry, readRegistry } from './spec-checkout.js';

/** The task of goals that belong to none. */
const noTask = 'adhoc';

/** Throws `EntryUnknownError` for a task that the registry of a checkout does not have, and `RegistryBrokenError`. */
export async function assertTask(root: string, task: string): Promise<void> {
  findTask(registryOf(await readRegistry(await probeRepository(root))), task);
}

/** Notes in the registry of a checkout which assets were used for a task, each use once. Throws what `assertTask` and writing throw. */
export async function noteUses(root: string, task: string, uses: readonly AssetUse[]): Promise<void> {
  await changeRegistry(await probeRepository(root), (text) => addAssetUses(text, task, uses));
}

/** Forgets what an application noted. A checkout without a registry has nothing to forget. */
export async function forgetUses(root: string, application: string): Promise<void> {
  const repository = await probeRepository(root);
  if ((await readRegistry(repository)).includes(application))
    await changeRegistry(repository, (text) => removeAssetUses(text, application));
}

/** A run whose diff was applied, as far as its assets and its task are concerned. */
export interface AppliedRun {
  readonly runId: string;
  /** Its id or slug; it may be in no registry. */
  readonly task: string;
  readonly assets: readonly { readonly id: string; readonly version: string }[];
  /** What the diff changed. */
  readonly files: readonly string[];
}

/**
 * Notes in the registry which assets made part of a diff that was applied. The diff is in the checkout by now, so what stands in the
 * way of the note is told, and is no failure. Returns what to tell; nothing where there is nothing to note.
 */
export async function noteRun(
  root: string,
  { runId, task, assets, files }: AppliedRun,
): Promise<{ readonly noted: readonly AssetUse[]; readonly message: string } | undefined> {
  if (assets.length === 0 || task === noTask) return undefined;
  const names = assets.map(({ id, version }) => `${id}@${version}`).join(', ');
  const notNoted = (why: string) => ({
    noted: [],
    message: `Not noted in ${guardPaths.index} that ${names} was used: ${why}`,
  });
  // Another apply must find the file as the diff leaves it.
  if (files.includes(guardPaths.index)) return notNoted('the diff changes that file itself.');
  try {
    const text = await readRegistry(await probeRepository(root));
    const { registry } = parseRegistry(text);
    // A repository need not have a registry, and then a task is only a name.
    const isKnown = registry?.items.some(({ id, slug }) => id === task || slug === task) ?? text !== '';
    if (!isKnown) return undefined;
    const at = new Date().toISOString();
    const uses = assets.map(({ id, version }) => ({ id, version, at, run: runId }));
    await noteUses(root, task, uses);
    return { noted: uses, message: `${guardPaths.index} notes that ${names} was used for task ${task}.` };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return notNoted(error.message);
  }
}

/** What the registry of the repository that a command is about says of the use of an asset, or of all. */
export async function usesHere(
  context: CliContext,
  flags: CommonFlags,
  id?: string,
): Promise<{ readonly uses: readonly TaskAssetUse[]; readonly problem?: string }> {
  try {
    const repository = await probeRepository(folderOf(context, flags));
    const text = await readRegistry(repository);
    return { uses: text === '' ? [] : usesOfAsset(registryOf(text), id) };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    // To look at assets one need not be in a repository.
    return error.code === 'not-a-repository' ? { uses: [] } : { uses: [], problem: error.message };
  }
}

/** How a use is told: the task, then by what. */
export const useLine = ({ task, version, at, run, application }: TaskAssetUse): string =>
  visibleLine(
    `${version} for task ${task}, ${at.slice(0, 10)}, ${run === undefined ? `application ${application ?? '?'}` : `run ${run}`}`,
  );
