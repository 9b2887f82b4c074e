import { OrchError } from '@codex-orch/core';

/** The provider to record from is not given as a plain URL. The URL is not repeated: it may hold a password. */
export class UpstreamUrlError extends OrchError {
  readonly code = 'replay-upstream-invalid';

  constructor(problem: string) {
    super(`The upstream to record from cannot be used: ${problem}.`, {
      hint: 'Give a base URL such as https://api.openai.com/v1; credentials travel in the client’s own headers.',
    });
  }
}
