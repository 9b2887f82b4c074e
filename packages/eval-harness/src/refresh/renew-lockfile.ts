import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, removeTree, runCommand } from '@codex-orch/core';
import { z } from 'zod';
import { TargetInstallError } from '../target/errors.js';

const lockfile = 'package-lock.json';

/** A package that a lockfile has, had, or has at another version. */
export interface PackageChange {
  /** Where it is installed, without the leading `node_modules/`. */
  readonly package: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/**
 * Makes the lockfile of a target's configuration anew, with the newest versions that its `package.json` allows. Nothing is installed.
 *
 * Throws {@link TargetInstallError}.
 */
export async function renewLockfile(
  target: string,
  configDir: string,
  { env, signal }: { readonly env: Readonly<Record<string, string>>; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const file = path.join(configDir, lockfile);
  const before = await ifAbsent(readFile(file, 'utf8'), undefined);
  await rm(file, { force: true });
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  const result = await runCommand('npm', [...args, '--silent'], {
    cwd: configDir,
    env,
    signal,
    timeoutMs: 10 * 60_000,
  });
  signal?.throwIfAborted();
  await removeTree(path.join(configDir, 'node_modules'));
  const after = await ifAbsent(readFile(file, 'utf8'), undefined);
  if (result.exitCode !== 0 || after === undefined)
    throw new TargetInstallError(
      target,
      `its lockfile cannot be renewed: ${`${result.stdout.toString()}${result.stderr.toString()}`.trim() || `npm ended with ${String(result.exitCode)}.`}`,
    );
  // Another npm may write the same otherwise, and that is no change to be approved.
  if (before !== undefined && installsTheSame(before, after)) await writeFile(file, before);
}

function installsTheSame(before: string, after: string): boolean {
  const [old, now] = [before, after].map((text) => {
    // npm takes the name of the folder where the manifest has none.
    const { name: _, ...root } = lockSchema.parse(JSON.parse(text)).packages[''] ?? {};
    return JSON.stringify(root);
  });
  return old === now && packageChanges(before, after).length === 0;
}

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

/** What another lockfile installs otherwise, by the places of the packages; the same version with other content is a change too. */
export function packageChanges(before: string, after: string): readonly PackageChange[] {
  const [old, now] = [before, after].map((text) => lockSchema.parse(JSON.parse(text)).packages) as [Packages, Packages];
  const places = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((place) => place !== '').sort();
  return places
    .filter((place) => JSON.stringify(essence(old[place])) !== JSON.stringify(essence(now[place])))
    .map((place) => ({
      package: place.replace(/^node_modules\//, ''),
      before: saidOf(old[place]),
      after: saidOf(now[place]),
    }));
}

type Packages = z.infer<typeof lockSchema>['packages'];
type Entry = Packages[string];

const essence = (entry: Entry | undefined): unknown => [entry?.version, entry?.integrity, entry?.link];

const saidOf = (entry: Entry | undefined): string | undefined =>
  entry && (entry.version ?? (entry.link ? 'a link' : 'no version'));
