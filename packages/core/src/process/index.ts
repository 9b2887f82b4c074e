export { CommandFailedError, ProcessStartError } from './errors.js';
export { guardedBy, guardGroup, type Guarding } from './guard.js';
export { ManagedProcess, type ManagedProcessOptions, type ProcessExit } from './managed-process.js';
export {
  type CommandResult,
  runChecked,
  runCommand,
  type RunCommandOptions,
  type StreamFilter,
} from './run-command.js';
export { TailBuffer } from './tail-buffer.js';
