export { SecretBroker, type SecretBrokerOptions, type SecretFailure } from './broker.js';
export {
  SecretFileModeError,
  SecretInRecordError,
  SecretTooShortError,
  SecretUnavailableError,
  SecretUnknownError,
} from './errors.js';
export { maskSecretsInFiles } from './mask-files.js';
export { type ByteRedaction, Redactor } from './redactor.js';
export { Secret } from './secret.js';
export { type SecretSource, type SecretSources } from './source.js';
