export { type ApplicationFile, type ApplicationRecord, applicationSchema, applicationStates } from './application.js';
export { applicationsFolder, findApplication, listApplications, readApplication } from './application-folder.js';
export { applyAssets, type ApplyAssetsOptions } from './apply-assets.js';
export { ApplicationCorruptError, RollbackConflictError, UnknownApplicationError } from './errors.js';
export type { ApplyLimits, ApplyResult, ChangedFile, Progress } from './result.js';
export { rollbackApplication, type Rollback, type RollbackOptions } from './rollback.js';
