export { ChainedLog, type OpenLogOptions } from './chained-log.js';
export { LogDamagedError, LogWriteError } from './errors.js';
export { type LogLine, type LogRecord, sha256 } from './line.js';
export { genesisHash, type LogContent, type LogHead, readLog } from './read-log.js';
