export { CodexMissingError, CodexTooOldError, CodexUnusableError } from './errors.js';
export type { CodexLaunch } from './launch.js';
export { locateCodex, type LocatedCodex, type LocateOptions } from './locate-codex.js';
export { type CodexProbe, probeCodex, type ProbeOptions } from './probe-codex.js';
