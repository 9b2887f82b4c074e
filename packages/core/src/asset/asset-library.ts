import type { AssetOffer, AssetUse } from './asset-offer.js';
import type { AssetApplication } from './asset-report.js';

export interface OfferQuery {
  /** Absolute path of the work tree. */
  readonly root: string;
  readonly goal: string;
  readonly signal: AbortSignal;
}

export interface ApplyAsset extends AssetUse {
  /** Absolute path of the work tree. */
  readonly root: string;
  /** The same each time that this application is tried. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Proven changes that need no model. */
export interface AssetLibrary {
  /** What fits the goal and the work tree, the best first. Throws an `OrchError` when the library cannot be read. */
  offers(query: OfferQuery): Promise<readonly AssetOffer[]>;
  /**
   * Changes the files of the work tree. The same files, asset and options give the same result.
   *
   * Throws an `OrchError` (`asset-unknown`, `asset-changed`, `asset-options-invalid`, or one of its own) when this very asset cannot be
   * applied as it is used, and the signal's reason when it was aborted. What is then half done is put back by whoever calls.
   */
  apply(use: ApplyAsset): Promise<AssetApplication>;
}
