import { OrchError } from '@codex-orch/core';

/** A session of Codex Cloud does one turn at a time. */
export class TurnInProgressError extends OrchError {
  readonly code = 'session-busy';

  constructor() {
    super('This session of Codex Cloud has a turn already.', { hint: 'Wait for its end, or interrupt it.' });
  }
}

/** What the work begins with is more than can be handed to Codex Cloud. */
export class StartTooLargeError extends OrchError {
  readonly code = 'cloud-start-too-large';

  constructor(bytes: number, maxBytes: number) {
    super(
      `The work so far is a diff of ${Math.ceil(bytes / 1024)} KiB, and "codex cloud" takes at most ${Math.floor(maxBytes / 1024)} KiB to begin with.`,
      { hint: 'Apply and push what is done, then start a goal for the rest; or go on with it on this machine.' },
    );
  }
}
