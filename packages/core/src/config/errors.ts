import { OrchError } from '../errors/orch-error.js';

/** A configuration file cannot be used. */
export class ConfigInvalidError extends OrchError {
  readonly code = 'config-invalid';

  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} is not a valid configuration: ${reason}`, {
      cause,
      hint: 'The JSON Schema of the file is `@codex-orch/core/schemas/config.json`.',
    });
  }
}

/** A repository's configuration asks for what only the user may decide. */
export class ConfigNotAllowedError extends OrchError {
  readonly code = 'config-not-allowed';

  constructor(file: string, settings: readonly string[]) {
    super(`${file} may not set ${settings.join(', ')}: a repository can only tighten what its user allows.`, {
      hint: "Move the setting to the user's configuration, or pass it on the command line.",
    });
  }
}
