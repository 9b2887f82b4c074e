export { detectBase, type DetectedBase } from './detect-base.js';
export {
  BadRevisionError,
  IndexFileRefusedError,
  MergeBaseMissingError,
  NoSuchFileError,
  UnknownRevisionError,
  UnrelatedHistoriesError,
} from './errors.js';
