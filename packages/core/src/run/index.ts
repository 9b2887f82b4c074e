export { RunCorruptError } from './errors.js';
export { deriveManifest, type Manifest, manifestSchema } from './manifest.js';
export { readRun, type RunRecord } from './read-run.js';
export { BadTaskIdError, isRunId, newRunId, UnknownRunError } from './run-id.js';
export { RunLayout, type RunLocation } from './run-layout.js';
export { type RecordedEvent, RunStore, type RunStoreOptions } from './run-store.js';
export { type RunProblem, verifyRun } from './verify-run.js';
