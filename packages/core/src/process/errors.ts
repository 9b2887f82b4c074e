import { OrchError } from '../errors/orch-error.js';

/** A program could not be started. */
export class ProcessStartError extends OrchError {
  readonly code = 'process-start-failed';

  readonly file: string;

  constructor(file: string, cwd: string, cause: unknown) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it, or its working folder, does not exist' : String(cause);
    super(`Cannot start "${file}" in ${cwd}: ${reason}.`, {
      cause,
      hint: `Check that "${file}" is installed and executable.`,
    });
    this.file = file;
  }
}

/** A program ended in a way that its caller cannot use. */
export class CommandFailedError extends OrchError {
  readonly code = 'command-failed';

  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(command: readonly string[], exitCode: number | null, stderr: string, how: string) {
    super(`"${command.join(' ')}" ${how}${stderr.trim() ? `: ${stderr.trim().slice(-2000)}` : '.'}`);
    this.command = command;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}
