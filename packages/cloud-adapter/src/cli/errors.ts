import { OrchError } from '@codex-orch/core';

/** The installed Codex lacks what is asked of `codex cloud`. */
export class CloudUnsupportedError extends OrchError {
  readonly code = 'cloud-unsupported';
  override readonly interrupts = true;

  constructor(version: string, missing: string) {
    super(`Codex ${version} has no ${missing}.`, {
      hint: 'Install a Codex whose "codex cloud --help" lists it: "npm install --global @openai/codex@latest".',
    });
  }
}

/** Codex Cloud wants a login with ChatGPT, and there is none, or it has expired. */
export class CloudLoginError extends OrchError {
  readonly code = 'cloud-login';
  override readonly interrupts = true;

  constructor(said: string) {
    super(`Codex Cloud does not accept the login: ${said}.`, {
      hint: 'Run "codex login" and sign in with ChatGPT; an API key does not open Codex Cloud. Then give the same command again; a run that was stopped goes on with `codex-orch resume <run>`, goals with `codex-orch goals run --resume latest`, and nothing is submitted twice.',
    });
  }
}

/** Codex Cloud asked to be left alone for a while. */
export class CloudRateLimitedError extends OrchError {
  readonly code = 'cloud-rate-limited';
  override readonly interrupts = true;

  /** How long to wait, in milliseconds, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(retryAfterMs: number | undefined) {
    const when = retryAfterMs === undefined ? '' : `, for ${Math.ceil(retryAfterMs / 1000)} s`;
    super(`Codex Cloud limits the rate of requests${when}.`, {
      hint: 'Give the same command again later; a run that was stopped goes on with `codex-orch resume <run>`. Fewer goals at once ask less often.',
    });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Codex Cloud cannot be reached, or does not do its work. */
export class CloudUnavailableError extends OrchError {
  readonly code = 'cloud-unavailable';
  override readonly interrupts = true;

  /** Whether a request that was sent may have been carried out. */
  readonly isUnclear: boolean;

  constructor(said: string, { isUnclear = false }: { readonly isUnclear?: boolean | undefined } = {}) {
    super(`Codex Cloud is not available: ${said}.`, {
      hint: 'Look at the network and at https://status.openai.com, then give the same command again; a run that was stopped goes on with `codex-orch resume <run>`, and its task goes on without us.',
    });
    this.isUnclear = isUnclear;
  }
}

/** Codex Cloud has no such task, or has it no more. */
export class CloudTaskGoneError extends OrchError {
  readonly code = 'cloud-task-gone';

  constructor(taskId: string) {
    super(`Codex Cloud has no task ${taskId}.`, {
      hint: 'It was deleted, or belongs to another account or workspace: look with "codex cloud list".',
    });
  }
}

/** Codex Cloud knows no environment of this name. */
export class CloudEnvironmentUnknownError extends OrchError {
  readonly code = 'cloud-environment-unknown';

  constructor(environment: string, known: readonly string[] = []) {
    super(
      `Codex Cloud has no environment for ${environment}.${known.length > 0 ? ` Known: ${known.join(', ')}.` : ''}`,
      {
        hint: 'Name one, by its id or label: `environment` in a goals file, --environment of `cloud submit`; or put it under cloud.environments of your configuration. They are made at https://chatgpt.com/codex/settings/environments.',
      },
    );
  }
}

/** More than one environment could be meant. */
export class CloudEnvironmentAmbiguousError extends OrchError {
  readonly code = 'cloud-environment-ambiguous';

  /** Each as it can be given to `--environment`; empty where Codex did not name them. */
  readonly candidates: readonly string[];

  constructor(asked: string, candidates: readonly string[] = []) {
    const which = candidates.length > 0 ? `: ${candidates.join(', ')}` : '';
    super(`Several environments of Codex Cloud fit ${asked}${which}.`, {
      hint: 'Name one with --environment; where labels are equal, by its id, which is in the address of its settings page.',
    });
    this.candidates = candidates;
  }
}

/** What `codex cloud` printed is not what any known version prints. */
export class CloudOutputUnknownError extends OrchError {
  readonly code = 'cloud-output-unknown';
  override readonly interrupts = true;

  /** Where the text is kept as it was printed. */
  readonly rawFile: string;

  constructor(version: string, command: string, rawFile: string, said: string) {
    super(`"codex cloud ${command}" of Codex ${version} said something unknown${said === '' ? '' : `: ${said}`}.`, {
      hint: `The whole text is in ${rawFile}. Nothing was concluded from it; a newer codex-orch may know this version.`,
    });
    this.rawFile = rawFile;
  }
}
