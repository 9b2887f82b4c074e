import type { AssetLibrary, AssetOffer, OfferQuery, ResolvedConfig } from '@codex-orch/core';
import type { Notary } from '../notary.js';
import { ownIndex } from './own-index.js';

/** What a planner may use, and what it would be offered if it could be used. */
export interface FoundOffers {
  readonly offers: readonly AssetOffer[];
  readonly notes: readonly string[];
}

export interface OpenLibrary extends Pick<AssetLibrary, 'apply'> {
  readonly offers: (query: OfferQuery) => Promise<FoundOffers>;
}

/** The assets that the user's configuration lets goals use. Nothing is loaded before there is an index to look into. */
export function openLibrary({ assets: config }: ResolvedConfig, { check: checkApproval }: Notary): OpenLibrary {
  const open = async (onUnusable?: (id: string, why: string) => void) => {
    const { Shelf } = await import('./shelf.js');
    return new Shelf({ config, ownIndex: ownIndex(), checkApproval, onUnusable });
  };
  return {
    offers: async (query) => {
      const isEmpty = config.indexes.length === 0 && ownIndex() === undefined;
      if (config.offer === 'none' || isEmpty) return { offers: [], notes: [] };
      const notes: string[] = [];
      const shelf = await open((id, why) => notes.push(`Asset ${id} is not offered: ${why}.`));
      return { offers: await shelf.offers(query), notes };
    },
    apply: async (use) => (await open()).apply(use),
  };
}
