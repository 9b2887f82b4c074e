export { SinkFailedError } from './errors.js';
export { type Delivery, folderSink, httpSink, type HttpSinkOptions, type SummarySink } from './sink.js';
export { type RunSummary, runSummarySchema, summarize, syncKey } from './summary.js';
export { type SyncRecord, SyncRecords } from './sync-record.js';
export { type SyncOptions, syncRun } from './sync-run.js';
