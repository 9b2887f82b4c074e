import type { Baseline } from '../scenario/pair-result.js';
import type { Target } from './target.js';

/** How a pinned target no longer fits the world. */
export type Drift =
  | { readonly kind: 'refresh-overdue'; readonly target: string; readonly sinceDays: number }
  | { readonly kind: 'newer-release'; readonly target: string; readonly pinned: string; readonly latest: string }
  | { readonly kind: 'baseline-changed'; readonly target: string; readonly pinned: string; readonly found: string }
  | { readonly kind: 'release-unknown'; readonly target: string; readonly message: string };

export interface DriftOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Asks the registry; what it throws is reported as a drift, as a target that is gone is one. */
  readonly latestVersion?: ((packageName: string) => Promise<string>) | undefined;
  readonly baselines?: readonly Baseline[] | undefined;
}

const dayMs = 24 * 3600 * 1000;

/** What is to be looked at about these targets; a target that fits has no entry. */
export async function checkDrift(targets: readonly Target[], options: DriftOptions): Promise<readonly Drift[]> {
  const found: Drift[] = [];
  for (const target of targets) {
    const { name } = target;
    const age = Math.floor((options.now - Date.parse(target.refreshedAt)) / dayMs);
    if (age > target.refreshDays)
      found.push({ kind: 'refresh-overdue', target: name, sinceDays: age - target.refreshDays });
    const baseline = options.baselines?.find((each) => each.target === name);
    if (baseline && !baseline.asPinned)
      found.push({
        kind: 'baseline-changed',
        target: name,
        pinned: counts(target.baseline),
        found: counts(baseline.counts),
      });
    if (options.latestVersion) found.push(...(await releaseDrift(target, options.latestVersion)));
  }
  return found;
}

async function releaseDrift(
  { name, package: packageName, version }: Target,
  latestVersion: (packageName: string) => Promise<string>,
): Promise<Drift[]> {
  try {
    const latest = await latestVersion(packageName);
    return latest === version ? [] : [{ kind: 'newer-release', target: name, pinned: version, latest }];
  } catch (error) {
    return [{ kind: 'release-unknown', target: name, message: error instanceof Error ? error.message : String(error) }];
  }
}

const counts = ({ passed, failed, skipped }: Target['baseline']): string => `${passed}/${failed}/${skipped}`;
