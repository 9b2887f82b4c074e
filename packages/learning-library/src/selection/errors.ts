import { OrchError } from '@codex-orch/core';

/** A path that was asked for has no file that git tracks, or could. */
export class NothingSelectedError extends OrchError {
  readonly code = 'nothing-selected';

  constructor(path: string) {
    super(`There is no file of the repository at ${JSON.stringify(path)}.`, {
      hint: 'Give paths relative to the root of the repository; what git ignores is not looked at.',
    });
  }
}
