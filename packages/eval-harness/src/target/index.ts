export { checkDrift, type Drift, type DriftOptions } from './check-drift.js';
export {
  TargetFetchError,
  TargetInstallError,
  TargetSetupError,
  TargetsFileError,
  TargetTamperedError,
  UnknownTargetError,
} from './errors.js';
export { findRelease, type FindReleaseOptions, type Release } from './find-release.js';
export { hashTree } from './hash-tree.js';
export { loadTargets, type PlacedTarget, selectTargets, type TargetSelection } from './load-targets.js';
export type { UnpinnedOrigin } from './obtain-files.js';
export { pinTarget, type PinOptions, type UnpinnedTarget } from './pin-target.js';
export { type Counts, type GitOrigin, type NpmOrigin, type Target, targetSchema, targetsFileSchema } from './target.js';
export { npmSource, type PublishedPackage, type TargetSource } from './target-source.js';
