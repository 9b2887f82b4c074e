export {
  type Asset,
  type AssetApproval,
  assetApprovalSchema,
  type AssetIndex,
  type AssetKind,
  assetKinds,
  assetSchema,
  type AssetStatus,
  assetStatuses,
  fixtureKinds,
  indexSchema,
} from './asset-entry.js';
export { checkIndex, type CheckIndexOptions } from './check-index.js';
export {
  AssetNotInstalledError,
  AssetNotRunnableError,
  IndexBrokenError,
  IndexBusyError,
  ModuleUnreadableError,
  OptionsInvalidError,
  OptionsSchemaBrokenError,
  UnknownAssetError,
} from './errors.js';
export { findAsset, type LoadedIndex, loadIndex, parseIndex } from './load-index.js';
export { locateModule, type LocatedModule } from './locate-module.js';
export { digestModule } from './module-digest.js';
export { installedPackages, packagesBehind, packagesBehindCodemod } from './packages-behind.js';
export { isTextOption, optionLines } from './option-lines.js';
export { type AssetOptions, checkOptions } from './options.js';
export type { Problem } from './problem.js';
export { whyNotProven } from './proven.js';
export type { RunnableAsset } from './runnable-asset.js';
export { runnableAssets } from './runnable-from-index.js';
export { editIndex, EMPTY_INDEX, type IndexChange, saveIndex } from './save-index.js';
export { searchAssets, type SearchOptions } from './search-assets.js';
export { type Standing, standingOf, whyNotOffered } from './standing.js';
