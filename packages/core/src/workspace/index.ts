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
export { isolatedEnvironment, trustedPath, userEnvironment } from './git-environment.js';
export { excludeFromGit } from './exclude-from-git.js';
export { type Identity, readIdentity } from './identity.js';
export type { DependencyPolicy } from './link-dependencies.js';
export { removeTree } from './remove-tree.js';
export { type ObjectFormat, openRepository, type Repository, type RepositoryOptions } from './repository.js';
export { trackedUnder } from './tracked-paths.js';
export type { ChangedFile } from './tree-changes.js';
export { Workspace, type WorkspaceOptions } from './workspace.js';
