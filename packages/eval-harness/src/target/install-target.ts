import { createHash } from 'node:crypto';
import { copyFile, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, makeScratchFolder, removeTree, runCommand } from '@codex-orch/core';
import { TargetInstallError, TargetTamperedError } from './errors.js';
import { hashTree } from './hash-tree.js';
import type { PlacedTarget } from './load-targets.js';
import { measured, type Usage } from '../workspace/watch-usage.js';

/** Throws {@link TargetTamperedError} where the folder of the target's configuration is not the pinned one. */
export async function verifyConfig({ target, configDir }: PlacedTarget): Promise<void> {
  const actual = await hashTree(configDir).catch(() => 'not there');
  if (actual !== target.config) throw new TargetTamperedError(target.name, configDir, target.config, actual);
}

export interface InstallOptions {
  readonly cacheDir: string;
  /** npm's environment, with the user's own settings. */
  readonly env: Readonly<Record<string, string>>;
  /** What npm took. */
  readonly onUsage?: ((usage: Usage | undefined, ms: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The folder with the `node_modules` that the target's committed lockfile names; npm checks the integrity of each package, and
 * runs no script of any.
 *
 * Throws {@link TargetInstallError}.
 */
export async function installTarget(
  { target, configDir }: PlacedTarget,
  { cacheDir, env, onUsage, signal }: InstallOptions,
): Promise<string> {
  const installs = path.join(cacheDir, 'installs');
  await makeFolder(installs);
  const manifests = ['package.json', 'package-lock.json'];
  const key = createHash('sha256').update(`${process.platform}\0${process.arch}\0${process.versions.modules}\0`);
  for (const name of manifests) key.update(await readFile(path.join(configDir, name)));
  const place = path.join(installs, key.digest('hex'));
  const modules = path.join(place, 'node_modules');
  if (await exists(place)) return modules;

  const scratch = await makeScratchFolder('install', installs);
  try {
    for (const name of manifests) await copyFile(path.join(configDir, name), path.join(scratch, name));
    await makeFolder(path.join(scratch, 'node_modules'));
    const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'];
    const npm = () => runCommand('npm', args, { cwd: scratch, env, signal, timeoutMs: 10 * 60_000 });
    const { value: result, usage, durationMs } = await measured(scratch, npm, 'place');
    onUsage?.(usage, durationMs);
    signal?.throwIfAborted();
    if (result.exitCode !== 0)
      throw new TargetInstallError(
        target.name,
        `${result.stdout.toString()}${result.stderr.toString()}`.trim() ||
          `npm ci ended with ${String(result.exitCode)}.`,
      );
    await makeFolder(path.join(scratch, 'node_modules'));
    await rename(scratch, place).catch(async (error: unknown) => {
      if (!(await exists(place))) throw error;
    });
    return modules;
  } finally {
    await removeTree(scratch);
  }
}

const exists = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );
