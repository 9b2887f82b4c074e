import { OrchError } from '../errors/orch-error.js';

/** A setting names a secret that nobody has configured. */
export class SecretUnknownError extends OrchError {
  readonly code = 'secret-unknown';

  constructor(name: string, known: readonly string[]) {
    super(
      `There is no secret "${name}"${known.length > 0 ? `; configured are ${known.join(', ')}` : ' in the configuration'}.`,
      { hint: 'Say where it comes from under "secrets" in your own configuration.' },
    );
  }
}

/** A secret cannot be had from where it is kept. */
export class SecretUnavailableError extends OrchError {
  readonly code = 'secret-unavailable';

  constructor(data: { name: string; source: string; reason: string; cause?: unknown }) {
    super(`The secret "${data.name}" cannot be read from ${data.source}: ${data.reason}.`, {
      cause: data.cause,
      hint: 'Try the source yourself, and check what "secrets" says of it in your own configuration.',
    });
  }
}

/** Others can read or replace the file that holds a secret. */
export class SecretFileModeError extends OrchError {
  readonly code = 'secret-file-mode';

  constructor(name: string, file: string, problem: string) {
    super(`The file of the secret "${name}" is not private: ${file} ${problem}.`, {
      hint: `Make it a plain file of your own that nobody else can read: chmod 600 ${file}`,
    });
  }
}

/** A value too short to be told from other text could not be kept out of what is written. */
export class SecretTooShortError extends OrchError {
  readonly code = 'secret-too-short';

  constructor(name: string, limit: number) {
    super(`The secret "${name}" has fewer than ${limit} characters, so it could not be redacted.`, {
      hint: 'Use a longer one.',
    });
  }
}

/** What is to be recorded says nothing any more once a secret is taken out of it. */
export class SecretInRecordError extends OrchError {
  readonly code = 'secret-in-record';

  constructor(type: string, problem: string) {
    super(`"${type}" cannot be recorded: with a secret taken out of it, ${problem}`, {
      hint: 'Something repeats a secret where an identifier or a digest belongs. Replace the secret, and look who knows it.',
    });
  }
}
