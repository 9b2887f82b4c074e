export * from './application/index.js';
export * from './catalogue/index.js';
export { AssetBrokenError, SurveyFailedError } from './lane/errors.js';
export type { TransformFailure } from './lane/lanes.js';
export type { Declined } from './lane/reply.js';
export { NothingSelectedError } from './selection/errors.js';
export { type Language, languageNames } from './selection/languages.js';
export type { SkippedFile, SkipReason } from './selection/read-file.js';
export type { Candidate, CandidateExample, DeclinedGroup } from './ingest/candidate/candidate.js';
export { candidateFileSchema } from './ingest/candidate/asset-file.js';
export { writeCandidate } from './ingest/candidate/write-candidate.js';
export { enterCandidate, type EnterCandidateOptions, type EnteredCandidate } from './ingest/enter/enter-candidate.js';
export {
  AssetExistsError,
  CandidateBrokenError,
  CandidateExistsError,
  CandidateMisplacedError,
  CandidateRefusedError,
  DiffSyntaxError,
  DiffUnreadableError,
  IngestLimitError,
  IngestOptionsError,
} from './ingest/errors.js';
export { ingest, type Ingested, type IngestOptions } from './ingest/ingest.js';
export type { Skipped } from './ingest/source/changed-file.js';
export {
  type CandidateFailure,
  type CandidateVerdict,
  verifyCandidate,
  type VerifyCandidateOptions,
} from './ingest/verify/verify-candidate.js';
export type { PeriodLength } from './stats/period.js';
export { stats, type Stats, type StatsCounts, type StatsOptions, type StatsPeriod } from './stats/stats.js';
