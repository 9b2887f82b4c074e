import type { Asset } from './asset-entry.js';

/** What the last evaluation of an asset says of it as it is now. */
export type Standing =
  | { readonly state: 'passed' }
  /** Not of this version, or not of this code: it says nothing any more. */
  | { readonly state: 'outdated' | 'failed' | 'none'; readonly why: string };

/** @param sha256 the digest of the asset's module as it is now; undefined where nobody knows, and only versions are compared */
export function standingOf({ version, evaluation }: Pick<Asset, 'version' | 'evaluation'>, sha256?: string): Standing {
  if (!evaluation) return { state: 'none', why: 'no evaluation of it has passed' };
  if (evaluation.version !== version)
    return { state: 'outdated', why: `its evaluation was of version ${evaluation.version}` };
  if (sha256 !== undefined && evaluation.assetSha256 !== sha256)
    return { state: 'outdated', why: 'its code is not the one that was evaluated' };
  if (evaluation.passed) return { state: 'passed' };
  const { failedOn = [] } = evaluation;
  return { state: 'failed', why: `its evaluation failed${failedOn.length > 0 ? ` on ${failedOn.join(', ')}` : ''}` };
}

/**
 * Why an asset is offered to nobody who does not ask for it: it is retired, its evaluation failed, or has become outdated. Undefined for one
 * that was never evaluated: it is offered as what it is, a candidate.
 */
export function whyNotOffered(
  asset: Pick<Asset, 'version' | 'evaluation' | 'status'>,
  sha256?: string,
): string | undefined {
  if (asset.status === 'retired') return 'it is retired';
  const standing = standingOf(asset, sha256);
  return standing.state === 'failed' || standing.state === 'outdated' ? standing.why : undefined;
}
