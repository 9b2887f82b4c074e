export {
  type Config,
  configSchema,
  defaultConfig,
  type ModelProviderConfig,
  providerSchema,
  type ResolvedConfig,
} from './config.js';
export { ConfigInvalidError, ConfigNotAllowedError } from './errors.js';
export {
  CONFIG_FILE,
  loadConfig,
  type LoadConfigOptions,
  mergeConfig,
  parseConfig,
  userConfigPath,
} from './load-config.js';
