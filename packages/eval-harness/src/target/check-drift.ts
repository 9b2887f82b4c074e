import { inParallel } from '../parallel/in-parallel.js';
import type { Baseline } from '../scenario/pair-result.js';
import type { Release } from './find-release.js';
import { hashTree } from './hash-tree.js';
import type { PlacedTarget } from './load-targets.js';
import type { Counts, Target } from './target.js';

/** How a pinned target no longer fits the world. */
export type Drift =
  | { readonly kind: 'refresh-overdue'; readonly target: string; readonly sinceDays: number }
  | { readonly kind: 'config-changed'; readonly target: string; readonly pinned: string; readonly found: string }
  | { readonly kind: 'baseline-changed'; readonly target: string; readonly pinned: string; readonly found: string }
  | { readonly kind: 'unusable'; readonly target: string; readonly message: string }
  | { readonly kind: 'newer-release'; readonly target: string; readonly pinned: string; readonly latest: string }
  | { readonly kind: 'release-unknown'; readonly target: string; readonly message: string };

export interface DriftOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Asks for the newest release; what it throws is reported as a drift, as a target that is gone is one. */
  readonly newestRelease?: ((target: Target) => Promise<Release>) | undefined;
  /** What the tests of the targets say now. */
  readonly baselines?: readonly Pick<Baseline, 'target' | 'counts' | 'asPinned'>[] | undefined;
  /** Targets that could not be tried, and why. */
  readonly unusable?: readonly { readonly target: string; readonly message: string }[] | undefined;
}

/** Targets that are looked at the same time: releases are asked for over the network. */
const parallel = 4;

const dayMs = 24 * 3600 * 1000;

/** What is to be looked at about these targets; a target that fits has no entry. */
export async function checkDrift(targets: readonly PlacedTarget[], options: DriftOptions): Promise<readonly Drift[]> {
  const found = await inParallel(parallel, targets, (placed) => driftOf(placed, options));
  return found.flat();
}

async function driftOf({ target, configDir }: PlacedTarget, options: DriftOptions): Promise<readonly Drift[]> {
  const found: Drift[] = [];
  const { name, refreshedAt, refreshDays } = target;
  const age = Math.floor((options.now - Date.parse(refreshedAt)) / dayMs);
  if (age > refreshDays) found.push({ kind: 'refresh-overdue', target: name, sinceDays: age - refreshDays });
  const config = await hashTree(configDir).catch(() => 'not there');
  if (config !== target.config)
    found.push({ kind: 'config-changed', target: name, pinned: target.config, found: config });
  const baseline = options.baselines?.find((each) => each.target === name);
  if (baseline && !baseline.asPinned)
    found.push({
      kind: 'baseline-changed',
      target: name,
      pinned: saidOf(target.baseline),
      found: saidOf(baseline.counts),
    });
  for (const each of options.unusable ?? [])
    if (each.target === name) found.push({ kind: 'unusable', target: name, message: each.message });
  if (options.newestRelease) found.push(...(await releaseDrift(target, options.newestRelease)));
  return found;
}

async function releaseDrift(
  target: Target,
  newestRelease: NonNullable<DriftOptions['newestRelease']>,
): Promise<Drift[]> {
  const { name, version: pinned, origin } = target;
  try {
    const { version: latest, commit } = await newestRelease(target);
    const isSame = origin.kind === 'git' ? commit === origin.commit : latest === pinned;
    return isSame ? [] : [{ kind: 'newer-release', target: name, pinned, latest }];
  } catch (error) {
    return [{ kind: 'release-unknown', target: name, message: error instanceof Error ? error.message : String(error) }];
  }
}

const saidOf = ({ passed, failed, skipped }: Counts): string => `${passed}/${failed}/${skipped}`;
