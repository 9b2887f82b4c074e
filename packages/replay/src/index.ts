export type { Cassette, CassetteMeta } from './cassette/cassette.js';
export {
  CassetteError,
  CassetteInvalidError,
  CassetteTargetTakenError,
  CassetteUnreadableError,
  CassetteVersionError,
} from './cassette/errors.js';
export { readCassette } from './cassette/read-cassette.js';
export {
  type RecordedEntry,
  recordedEntrySchema,
  type RecordedItem,
  type RecordedRequest,
  type RecordedResponse,
} from './cassette/recording.js';
export { type Scene, sceneSchema } from './cassette/scene.js';
export { type Step, stepSchema, type StepUsage } from './cassette/step.js';
export { writeCassette } from './cassette/write-cassette.js';
export { codexProviderConfig, type CodexProviderConfig, type CodexProviderOptions } from './codex/provider-config.js';
export { UpstreamUrlError } from './record/errors.js';
export { ReplayListenError } from './server/errors.js';
export type { ReplayOptions } from './server/options.js';
export type { Match } from './server/player.js';
export type { ReplayExchange, ReplayReport } from './server/report.js';
export { type ReplayServer, startReplay } from './server/start-replay.js';
