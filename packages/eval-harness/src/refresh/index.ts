export { RefreshOutdatedError, UnknownRefreshError } from './errors.js';
export { keepProposal, type Proposal, type ProposedFile, readProposal, writeProposal } from './proposal.js';
export {
  type PinChange,
  type Refresh,
  type RefreshOptions,
  refreshTargets,
  type TargetRefresh,
} from './refresh-targets.js';
export type { PackageChange } from './renew-lockfile.js';
export { type Trial, type TrialOptions, tryTarget, tryTargets } from './try-target.js';
