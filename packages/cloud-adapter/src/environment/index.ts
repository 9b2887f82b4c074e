export { remoteRepository } from './remote-repository.js';
export {
  type ConfiguredEnvironment,
  type ResolvedEnvironment,
  resolveEnvironment,
  type ResolveEnvironmentOptions,
} from './resolve-environment.js';
