import { OrchError } from '@codex-orch/core';

/** A proposed refresh was made for files that are others now. */
export class RefreshOutdatedError extends OrchError {
  readonly code = 'eval-refresh-outdated';

  constructor(file: string) {
    super(`${file} was changed since the refresh was proposed.`, {
      hint: 'Nothing was written. Propose it again, and look at what it says now.',
    });
  }
}

/** No refresh was proposed under this id. */
export class UnknownRefreshError extends OrchError {
  readonly code = 'eval-refresh-unknown';

  constructor(id: string, cause?: unknown) {
    super(`There is no proposed refresh ${JSON.stringify(id)} here.`, {
      cause,
      hint: '`codex-orch eval targets refresh` makes one and says its id.',
    });
  }
}
