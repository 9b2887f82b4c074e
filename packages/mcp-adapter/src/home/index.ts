export {
  type CodexAuth,
  type CodexHome,
  type CodexHomeOptions,
  type ModelProvider,
  prepareCodexHome,
} from './codex-home.js';
export { childEnvironment, type ChildEnvironmentOptions } from './environment.js';
export { CodexHomeError } from './errors.js';
export { isHomeInUse } from './in-use.js';
export { keepsApprovedInside, profileFor, threadSandbox, type ThreadSandbox } from './permission-profiles.js';
