import { type PlacedProblem, problemsOf } from '../document/index.js';
import { OrchError } from '../errors/orch-error.js';

/** A configuration file cannot be used. */
export class ConfigInvalidError extends OrchError {
  readonly code = 'config-invalid';

  constructor(file: string, reason: string | readonly PlacedProblem[], cause?: unknown) {
    const told = typeof reason === 'string' ? `: ${reason}` : `.\n${problemsOf(file, reason)}`;
    super(`${file} is not a valid configuration${told}`, {
      cause,
      hint: 'The JSON Schema of the file is `@codex-orch/core/schemas/config.json`.',
    });
  }
}

/** A configured address would give away what is sent to it, or holds what belongs into no configuration. */
export class UnsafeUrlError extends OrchError {
  readonly code = 'unsafe-url';

  constructor(file: string, problem: PlacedProblem) {
    super(`${file} is not a valid configuration.\n${problemsOf(file, [problem])}.`, {
      hint: 'Use an https address, or a tunnel or proxy that listens on 127.0.0.1. A key belongs under "secrets", never into an address.',
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

/** A variable of the environment names a place that depends on where the command is called. */
export class EnvironmentPathError extends OrchError {
  readonly code = 'bad-environment';

  constructor(name: string, value: string) {
    super(`${name} is ${JSON.stringify(value.slice(0, 200))}, which is not an absolute path.`, {
      hint: `Set ${name} to an absolute path, or unset it.`,
    });
  }
}

/** A run would have to go on with another model provider than the one it began with. */
export class ProviderChangedError extends OrchError {
  readonly code = 'provider-changed';

  constructor(began: string, today: string) {
    super(`The run began with ${began}, but your configuration now names ${today}.`, {
      hint: 'Credentials are sent to no provider that only the run directory names. Configure that provider again (model.provider), or start the goal anew.',
    });
  }
}
