export { HookChangedError, HooksManagedError, SharedHooksFolderError, TwoHooksError } from './errors.js';
export {
  type HookOptions,
  type InstalledHook,
  installPreCommitHook,
  type RemovedHook,
  removePreCommitHook,
} from './pre-commit-hook.js';
