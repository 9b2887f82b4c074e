export { assertBelongs } from './belongs.js';
export { RunCorruptError, RunForeignError, RunMovedError, RunPlaceUnsafeError, RunTrackedError } from './errors.js';
export { deriveManifest, type Manifest, manifestSchema } from './manifest.js';
export { hashAt, readRun, type RunRecord } from './read-run.js';
export { BadTaskIdError, isRunId, newRunId, UnknownRunError } from './run-id.js';
export { assertUntracked, findTracked } from './tracked-runs.js';
export { RunLayout, type RunLocation } from './run-layout.js';
export { type RecordedEvent, RunStore, type RunStoreOptions } from './run-store.js';
export { type RunProblem, verifyRun, type VerifyRunOptions } from './verify-run.js';
