export { checkDrift, type Drift, type DriftOptions } from './check-drift.js';
export {
  TargetFetchError,
  TargetInstallError,
  TargetSetupError,
  TargetsFileError,
  TargetTamperedError,
  UnknownTargetError,
} from './errors.js';
export { hashTree } from './hash-tree.js';
export { loadTargets, type PlacedTarget, selectTargets, type TargetSelection } from './load-targets.js';
export { type Counts, type Target, targetSchema, targetsFileSchema } from './target.js';
export { pinTarget, type PinOptions, type UnpinnedTarget } from './pin-target.js';
export { npmSource, type TargetSource } from './target-source.js';
