export { applyDiff, type AppliedDiff, type ApplyDiffOptions } from './apply-diff.js';
export type { CommitOptions } from './commit.js';
export { createWorkspace, type CreateWorkspaceOptions } from './create-workspace.js';
export type { WrittenDiff } from './diff.js';
export { dirtyPaths } from './dirty-paths.js';
export {
  BareRepositoryError,
  CheckoutDirtyError,
  DiffDigestMismatchError,
  DiffDoesNotApplyError,
  EmbeddedRepositoryError,
  FilteredPathError,
  GitFailedError,
  GitMissingError,
  NoCommitsError,
  NotARepositoryError,
  NotAWorkspaceError,
  ObjectsMissingError,
  RepositoryNotOwnedError,
  UnknownObjectError,
  UnsafePatchError,
  UnsafeSymlinkError,
  WorkspaceExistsError,
} from './errors.js';
export { git, gitCommand, type GitCommand, type GitOptions, gitResult, gitStartError } from './git.js';
export { isolatedEnvironment, trustedPath, userEnvironment } from './git-environment.js';
export { excludeFromGit } from './exclude-from-git.js';
export { type Identity, readIdentity } from './identity.js';
export type { DependencyPolicy } from './link-dependencies.js';
export { removeTree } from './remove-tree.js';
export { findCommit, type ObjectFormat, type ProbedRepository, probeRepository } from './probe-repository.js';
export { openRepository, type Repository, type RepositoryOptions } from './repository.js';
export { trackedFiles, trackedUnder } from './tracked-paths.js';
export type { ChangedFile } from './tree-changes.js';
export { Workspace, type WorkspaceOptions } from './workspace.js';
