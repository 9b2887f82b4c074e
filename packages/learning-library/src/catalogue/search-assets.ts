import type { Language } from '../selection/languages.js';
import type { Asset, AssetIndex, AssetKind, AssetStatus } from './asset-entry.js';

export interface SearchOptions {
  readonly kind?: AssetKind | undefined;
  readonly status?: AssetStatus | undefined;
  readonly language?: Language | undefined;
}

/** What a word is worth where it is found. */
const weights = { id: 4, title: 3, whenToUse: 2, rest: 1 };
const order: readonly AssetStatus[] = ['proven', 'candidate', 'retired'];

/**
 * The assets that have every word of a query in what is said of them, the best first; all of them for no words.
 *
 * Of equals, what is proven comes first, then the order of ids.
 */
export function searchAssets(
  { assets }: AssetIndex,
  query = '',
  { kind, status, language }: SearchOptions = {},
): readonly Asset[] {
  const words = query.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return assets
    .filter((asset) => kind === undefined || asset.kind === kind)
    .filter((asset) => status === undefined || asset.status === status)
    .filter((asset) => language === undefined || asset.languages.includes(language))
    .map((asset) => ({ asset, score: scoreOf(asset, words) }))
    .filter(({ score }) => score !== undefined)
    .sort(
      (a, b) =>
        (b.score ?? 0) - (a.score ?? 0) ||
        order.indexOf(a.asset.status) - order.indexOf(b.asset.status) ||
        (a.asset.id < b.asset.id ? -1 : 1),
    )
    .map(({ asset }) => asset);
}

/** Undefined where a word is nowhere. */
function scoreOf(asset: Asset, words: readonly string[]): number | undefined {
  const { id, title, whenToUse, package: from, languages, safety, kind } = asset;
  const rest = [from, kind, ...languages, ...safety.declines.flatMap(({ reason, when }) => [reason, when])].join(' ');
  const texts = Object.entries({ id, title, whenToUse, rest }).map(
    ([name, text]) => [weights[name as keyof typeof weights], text.toLowerCase()] as const,
  );
  let score = 0;
  for (const word of words) {
    const best = Math.max(0, ...texts.filter(([, text]) => text.includes(word)).map(([weight]) => weight));
    if (best === 0) return undefined;
    score += best;
  }
  return score;
}
