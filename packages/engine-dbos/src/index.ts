export type { ArtifactDigest, ArtifactStore, SharedPlace, Swept } from './artifact/artifact-store.js';
export { DatabaseArtifactStore } from './artifact/database-store.js';
export {
  ArtifactMismatchError,
  ArtifactMissingError,
  ArtifactNameError,
  ArtifactStoreError,
  ArtifactTooLargeError,
  S3ClientMissingError,
} from './artifact/errors.js';
export { FolderArtifactStore } from './artifact/folder-store.js';
export { S3ArtifactStore, type S3ArtifactStoreOptions } from './artifact/s3-store.js';
export { Database } from './database/database.js';
export { checkDatabaseUrl, secretsOfDatabaseUrl, shownDatabaseUrl } from './database/database-url.js';
export { DbosEngine } from './dbos-engine.js';
export type { DbosEngineOptions, QueueLimits } from './engine-options.js';
export {
  DatabaseDownError,
  DatabaseFaultError,
  DatabaseRefusedError,
  DatabaseStatementError,
  DatabaseTooNewError,
  DatabaseUrlError,
  EngineNotStartedError,
  ExecutorTakenError,
  InterruptedRunError,
  LeaseLostError,
  SecondEngineError,
  SuspendedError,
} from './errors.js';
export type { SeenWorker } from './fleet/seen-workers.js';
export type { RunPointer } from './run/run-pointer.js';
export type { SeenRun, Submission, SubmissionsFilter } from './run/seen-runs.js';
