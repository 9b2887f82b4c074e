import { OrchError } from '../errors/orch-error.js';

/** A text that should be an SSH signature is none. */
export class SignatureMalformedError extends OrchError {
  readonly code = 'signature-malformed';

  constructor(reason: string) {
    super(`This is no SSH signature: ${reason}.`, {
      hint: 'A signature is what `ssh-keygen -Y sign -n codex-orch` prints.',
    });
  }
}

/** A signature does not prove what it should. */
export class SignatureInvalidError extends OrchError {
  readonly code = 'signature-invalid';

  constructor(reason: string) {
    super(`The signature does not count: ${reason}.`, {
      hint: 'Sign with a key that the allowed signers file lists for this person, or have the file list it.',
    });
  }
}

/** A record that has to be signed is not. */
export class SignatureMissingError extends OrchError {
  readonly code = 'signature-missing';

  constructor(what: string) {
    super(`${what} is not signed, but the configuration requires signatures.`, {
      hint: "Set signing.key in the user's configuration, then decide again.",
    });
  }
}

/** The list of allowed signers cannot be used. */
export class AllowedSignersError extends OrchError {
  readonly code = 'allowed-signers-invalid';
  override readonly interrupts = true;

  constructor(file: string, reason: string, line?: number) {
    super(`${file}${line === undefined ? '' : `, line ${line}`}: ${reason}.`, {
      hint: 'Each line is: principals [options] key-type key, as ssh-keygen(1) says under ALLOWED SIGNERS.',
    });
  }
}

/** Nothing could be signed. */
export class SigningFailedError extends OrchError {
  readonly code = 'signing-failed';

  constructor(key: string, reason: string, cause?: unknown) {
    super(`Cannot sign with ${key}: ${reason}.`, {
      cause,
      hint: 'Check signing.key. Load a key with a passphrase into ssh-agent, and name its .pub file.',
    });
  }
}
