export {
  type Config,
  configSchema,
  defaultConfig,
  type ModelProviderConfig,
  providerSchema,
  type ResolvedConfig,
} from './config.js';
export {
  ConfigInvalidError,
  ConfigNotAllowedError,
  EnvironmentPathError,
  ProviderChangedError,
  UnsafeUrlError,
} from './errors.js';
export {
  CONFIG_FILE,
  findOverruled,
  loadConfig,
  type LoadConfigOptions,
  mergeConfig,
  parseConfig,
} from './load-config.js';
export type { OverruledSetting } from './overruled.js';
export { resumeConfig, settingsOf } from './settings.js';
export { absoluteFrom, ownPathFrom, userConfigPath, userHome } from './user-places.js';
