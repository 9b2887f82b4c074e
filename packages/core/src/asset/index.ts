export type { ApplyAsset, AssetLibrary, OfferQuery } from './asset-library.js';
export { type AssetOffer, assetOfferSchema, type AssetUse, assetUseSchema, maxOffers } from './asset-offer.js';
export {
  type AssetApplication,
  type AssetDecline,
  type AssetFailure,
  type AssetReport,
  assetReportSchema,
  reportOf,
} from './asset-report.js';
export { checkOptions, isReadableSchema } from './check-options.js';
export { AssetChangedError, AssetOptionsError, AssetUnknownError } from './errors.js';
