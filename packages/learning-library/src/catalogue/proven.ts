import type { Asset } from './asset-entry.js';
import { standingOf } from './standing.js';

/**
 * Why an asset may not be called proven: undefined where an evaluation of this very code passed, and a human approved it.
 *
 * `sha256` is the digest of its module as it is now.
 */
export function whyNotProven(asset: Asset, sha256: string): string | undefined {
  const { evaluation, approvals, id, kind } = asset;
  const standing = standingOf(asset, sha256);
  if (standing.state !== 'passed') return standing.why;
  if (kind === 'codemod' && evaluation?.['changedTargets'] === 0)
    return 'its evaluation changed nothing, so it shows nothing';
  const about = approvals.filter(
    ({ subject, by }) => subject.id === id && subject.sha256 === sha256 && by.actor === 'human',
  );
  if (about.some(({ decision }) => decision === 'rejected')) return 'a human rejected this code';
  if (about.length === 0) return 'no human has approved this code';
  return undefined;
}
