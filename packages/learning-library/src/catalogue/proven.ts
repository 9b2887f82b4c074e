import type { Asset } from './asset-entry.js';

/**
 * Why an asset may not be called proven: undefined where an evaluation of this very code passed, and a human approved it.
 *
 * `sha256` is the digest of its module as it is now.
 */
export function whyNotProven({ version, evaluation, approvals, id, kind }: Asset, sha256: string): string | undefined {
  if (evaluation?.passed !== true) return 'no evaluation of it has passed';
  if (evaluation.version !== version) return `its evaluation was of version ${evaluation.version}`;
  if (evaluation.assetSha256 !== sha256) return 'its code is not the one that was evaluated';
  if (kind === 'codemod' && evaluation['changedTargets'] === 0)
    return 'its evaluation changed nothing, so it shows nothing';
  const about = approvals.filter(
    ({ subject, by }) => subject.id === id && subject.sha256 === sha256 && by.actor === 'human',
  );
  if (about.some(({ decision }) => decision === 'rejected')) return 'a human rejected this code';
  if (about.length === 0) return 'no human has approved this code';
  return undefined;
}
