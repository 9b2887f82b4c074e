import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeScratchFolder, OrchError, removeTree } from '@codex-orch/core';
import { inParallel } from '../parallel/in-parallel.js';
import { findRelease, type Release } from '../target/find-release.js';
import { parseTargets, type PlacedTarget, selectTargets } from '../target/load-targets.js';
import { pinTarget, type UnpinnedTarget } from '../target/pin-target.js';
import type { Target } from '../target/target.js';
import { npmSource } from '../target/target-source.js';
import { type PackageChange, packageChanges, renewLockfile } from './renew-lockfile.js';
import { type Proposal, proposalOf, type ProposedFile } from './proposal.js';
import { replaceValues, type ValueChange } from './replace-values.js';
import { type TrialOptions, tryTarget } from './try-target.js';

export interface RefreshOptions extends TrialOptions {
  /** `targets.json`. */
  readonly file: string;
  /** All targets without it. */
  readonly names?: readonly string[] | undefined;
  /** A version or tag, or for git a commit, instead of the newest release. */
  readonly wanted?: string | undefined;
  /** Whether the lockfiles stay as they are. */
  readonly keepLockfile?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly onRefresh?: ((refresh: TargetRefresh) => void) | undefined;
}

/** What a refresh found about one target. */
export interface TargetRefresh {
  readonly target: string;
  /** Failed: its new state does not pass its own tests, so that it stays as it was. */
  readonly outcome: 'changed' | 'unchanged' | 'failed';
  readonly from: string;
  /** The version that was tried; undefined where none was found. */
  readonly to?: string | undefined;
  /** Values of its pin that would be others. */
  readonly changes: readonly PinChange[];
  /** What its lockfile would install otherwise. */
  readonly packages: readonly PackageChange[];
  /** Why it failed. */
  readonly reasons: readonly string[];
  /** Tests that are not stable in its new state. */
  readonly quarantined: readonly string[];
}

export interface PinChange {
  /** E.g. `baseline.passed`. */
  readonly field: string;
  readonly before: string | number;
  readonly after: string | number;
}

export interface Refresh {
  readonly targets: readonly TargetRefresh[];
  /** Undefined where nothing would be changed. */
  readonly proposal: Proposal | undefined;
  /** The texts before and after, to show what would change. */
  readonly files: readonly ProposedFile[];
}

/**
 * Tries targets at their newest releases, with lockfiles made anew, and proposes what to write down about those that pass their own
 * tests. Changes no file of the list.
 *
 * Throws `TargetsFileError`, `UnknownTargetError`, and errors of the machine.
 */
export async function refreshTargets(options: RefreshOptions): Promise<Refresh> {
  const { file, names } = options;
  const before = await readFile(file, 'utf8').catch(() => '');
  const all = parseTargets(file, before);
  const chosen = selectTargets(all, { names });
  const scratch = await makeScratchFolder('eval-refresh');
  const files: ProposedFile[] = [];
  const targets: TargetRefresh[] = [];
  let list = before;
  try {
    const tried = await inParallel(
      options.parallel ?? 2,
      chosen,
      async (placed) => {
        options.signal?.throwIfAborted();
        const configDir = path.join(scratch, placed.target.name);
        return { placed, configDir, found: await refreshOne(placed, configDir, options) };
      },
      ({ found }) => options.onRefresh?.(found),
    );
    // One after the other, as the list is one text.
    for (const { placed, configDir, found } of tried) {
      targets.push(found);
      if (found.outcome !== 'changed') continue;
      const at = all.indexOf(placed);
      list = replaceValues(
        list,
        found.changes.map(({ field, after }): ValueChange => ({
          path: ['targets', at, ...field.split('.')],
          value: after,
        })),
      );
      files.push(...(await configFiles(placed, configDir)));
    }
  } finally {
    await removeTree(scratch);
  }
  // What is to be written can be read.
  parseTargets(file, list);
  files.push({ path: 'targets.json', before, after: list });
  const changed = files.filter((each) => each.before !== each.after);
  return { targets, proposal: proposalOf(changed), files: changed };
}

async function refreshOne(
  { target, configDir: pinned }: PlacedTarget,
  configDir: string,
  options: RefreshOptions,
): Promise<TargetRefresh> {
  const { env, source = npmSource(env), wanted, now, signal, keepLockfile = false } = options;
  const nothing = { target: target.name, from: target.version, changes: [], packages: [], quarantined: [] };
  let to: string | undefined;
  try {
    const release = await findRelease(target, { env, wanted, signal });
    to = release.version;
    await cp(pinned, configDir, { recursive: true, verbatimSymlinks: true });
    await renameIn(path.join(configDir, 'package.json'), target, release);
    if (!keepLockfile) await renewLockfile(target.name, configDir, { env, signal });
    const next = await pinTarget(atRelease(target, release), { source, configDir, now, signal });
    const { baseline, problems } = await tryTarget({ target: next, configDir }, options);
    if (!baseline || problems.length > 0)
      return { ...nothing, to, outcome: 'failed', reasons: problems, quarantined: baseline?.quarantined ?? [] };
    // With tests that are not stable, each day has other counts.
    const isSame = to === target.version && baseline.quarantined.length > 0;
    const counts = isSame ? target.baseline : baseline.counts;
    const changes = pinChanges(target, { ...next, baseline: counts });
    const [old, renewed] = await Promise.all(
      [pinned, configDir].map((folder) => readFile(path.join(folder, 'package-lock.json'), 'utf8')),
    );
    return {
      ...{ ...nothing, to, changes, reasons: [], quarantined: baseline.quarantined },
      outcome: changes.length === 0 ? 'unchanged' : 'changed',
      packages: packageChanges(old ?? '', renewed ?? ''),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof OrchError) || error.interrupts) throw error;
    return { ...nothing, to, outcome: 'failed', reasons: [`${error.code}: ${error.message}`] };
  }
}

function atRelease(target: Target, { version, commit }: Release): UnpinnedTarget {
  const { origin } = target;
  if (origin.kind === 'git') return { ...target, version, origin: { ...origin, commit: commit ?? origin.commit } };
  const { integrity: _, ...unpinned } = origin;
  return { ...target, version, origin: unpinned };
}

/** A description says for which version the configuration is. */
async function renameIn(manifest: string, { version, origin }: Target, release: Release): Promise<void> {
  if (origin.kind !== 'npm' || release.version === version) return;
  const text = await readFile(manifest, 'utf8');
  await writeFile(manifest, text.replaceAll(`${origin.package}@${version}`, `${origin.package}@${release.version}`));
}

function pinChanges(before: Target, after: Target): PinChange[] {
  const [old, now] = [pinValues(before), pinValues(after)];
  return Object.keys(now).flatMap((field) => {
    const [was, is] = [old[field], now[field]];
    return was === undefined || is === undefined || was === is ? [] : [{ field, before: was, after: is }];
  });
}

const pinValues = ({
  version,
  origin,
  tree,
  config,
  baseline,
  refreshedAt,
}: Target): Record<string, string | number> => ({
  version,
  ...(origin.kind === 'npm' ? { 'origin.integrity': origin.integrity } : { 'origin.commit': origin.commit }),
  tree,
  config,
  'baseline.passed': baseline.passed,
  'baseline.failed': baseline.failed,
  'baseline.skipped': baseline.skipped,
  refreshedAt,
});

/** The files of the configuration that a refresh makes anew. */
async function configFiles({ target, configDir }: PlacedTarget, renewed: string): Promise<ProposedFile[]> {
  const names = ['package.json', 'package-lock.json'];
  return Promise.all(
    names.map(async (name) => {
      const [before, after] = await Promise.all(
        [configDir, renewed].map((folder) => readFile(path.join(folder, name), 'utf8')),
      );
      return { path: `targets/${target.name}/${name}`, before: before ?? '', after: after ?? '' };
    }),
  );
}
