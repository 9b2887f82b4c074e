import path from 'node:path';
import { describeAssets } from '../lane/lanes.js';
import type { DescribedAsset } from '../lane/reply.js';
import { exists, OrchError } from '@codex-orch/core';
import type { Asset } from './asset-entry.js';
import { countFixtures } from './fixtures.js';
import { type LoadedIndex } from './load-index.js';
import { locateModule, type LocatedModule } from './locate-module.js';
import { digestModule } from './module-digest.js';
import { compile } from './options.js';
import type { Problem } from './problem.js';
import { whyNotProven } from './proven.js';

export interface CheckIndexOptions {
  /** Modules that packages of the index export, `package/module`; one that no asset names is an orphan. */
  readonly exported?: readonly string[] | undefined;
  /** Milliseconds for loading a module; 60 000 by default. */
  readonly startMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether an index, the packages that it names, their documentation and their fixtures agree.
 *
 * Loads the modules of codemods, in a process that can only read. Gives what is wrong, in the order of the index; nothing where all is well.
 */
export async function checkIndex(loaded: LoadedIndex, options: CheckIndexOptions = {}): Promise<readonly Problem[]> {
  const { assets } = loaded.index;
  const problems: Problem[] = [];
  for (const [place, asset] of assets.entries()) {
    options.signal?.throwIfAborted();
    problems.push(...checkAlone(assets, asset, place), ...(await checkFiles(loaded, asset, options)));
  }
  const named = new Set(assets.map((asset) => path.posix.join(asset.package, asset.module)));
  for (const module of options.exported ?? [])
    if (!named.has(module)) problems.push({ code: 'orphan', where: module, message: 'no asset of the index is in it' });
  return problems;
}

/** What can be told from the index alone. */
function checkAlone(assets: readonly Asset[], asset: Asset, place: number): Problem[] {
  const { id } = asset;
  const problems: Problem[] = [];
  if (assets.findIndex((other) => other.id === id) < place)
    problems.push({ code: 'duplicate-id', where: id, message: 'another asset has this id' });
  for (const other of asset.supersedes)
    if (!assets.some((one) => one.id === other))
      problems.push({
        code: 'supersedes-unknown',
        where: id,
        message: `it supersedes "${other}", which is not in the index`,
      });
  if (asset.optionsSchema) {
    try {
      compile(id, asset.optionsSchema);
    } catch (error) {
      problems.push({ code: 'options-schema', where: id, message: messageOf(error) });
    }
  }
  return problems;
}

async function checkFiles({ folder }: LoadedIndex, asset: Asset, options: CheckIndexOptions): Promise<Problem[]> {
  const { id, docs } = asset;
  const problems: Problem[] = [];
  if (docs !== undefined && !(await exists(path.join(folder, docs))))
    problems.push({ code: 'docs-missing', where: id, message: `its documentation ${docs} is not there` });
  problems.push(...(await checkFixtures(folder, asset)));
  let located: LocatedModule;
  try {
    located = await locateModule(asset, folder);
  } catch (error) {
    return [...problems, { code: 'module-missing', where: id, message: messageOf(error) }];
  }
  if (located.version !== undefined && located.version !== asset.version)
    problems.push({
      code: 'version-differs',
      where: id,
      message: `it has version ${asset.version}, and its package ${located.version}`,
    });
  if (asset.status === 'proven') {
    const why = whyNotProven(asset, await digestModule(located.module));
    if (why !== undefined) problems.push({ code: 'not-proven', where: id, message: `it is called proven, and ${why}` });
  }
  if (asset.kind === 'codemod') problems.push(...(await checkCodemod(folder, asset, located.module, options)));
  return problems;
}

async function checkCodemod(
  root: string,
  { id, prefilter }: Asset,
  module: string,
  { startMs = 60_000, signal }: CheckIndexOptions,
): Promise<Problem[]> {
  const assets = [{ id, module, prefilter, options: {} }];
  let described: DescribedAsset | undefined;
  try {
    [described] = await describeAssets(
      { root, assets, compat: false, dryRun: true, memoryMegabytes: 512, startMs },
      signal,
    );
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return [{ code: 'module-broken', where: id, message: error.message }];
  }
  const problems: Problem[] = [];
  if (described?.hasTransform !== true)
    problems.push({ code: 'module-broken', where: id, message: 'its default export is no transform of jscodeshift' });
  const { codemod } = described ?? {};
  if (codemod && codemod.id !== id)
    problems.push({ code: 'module-broken', where: id, message: `its module calls itself "${codemod.id}"` });
  if (codemod && !sameSet(codemod.prefilter, prefilter))
    problems.push({
      code: 'prefilter-differs',
      where: id,
      message: `its module looks for ${JSON.stringify(codemod.prefilter)}`,
    });
  return problems;
}

async function checkFixtures(folder: string, { id, kind, fixtures }: Asset): Promise<Problem[]> {
  if (!fixtures)
    return kind === 'codemod' ? [{ code: 'fixtures-missing', where: id, message: 'it names no fixtures' }] : [];
  const counted = await countFixtures(path.join(folder, fixtures.path));
  if (!counted)
    return [
      { code: 'fixtures-missing', where: id, message: `the folder ${fixtures.path} of its fixtures is not there` },
    ];
  const problems: Problem[] = [];
  for (const [name, count = 0] of Object.entries(fixtures.kinds)) {
    const isDerived = fixtures.derived.some((derived) => derived === name);
    const found = isDerived ? counted.positive + counted.negative : counted[name as keyof typeof counted];
    if (found < count)
      problems.push({
        code: 'fixture-kind-missing',
        where: id,
        message: `it has ${found} and not ${count} fixtures of the kind "${name}"`,
      });
  }
  return problems;
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text) => b.includes(text));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
