import { OrchError } from '@codex-orch/core';

const sandboxRemedy =
  'Allow unprivileged user namespaces, or install bubblewrap ("codex-orch doctor" tries again). To run tests as yourself, with all that you may do, set tests.sandbox to "off" in your own configuration.';

/** A goal is a sentence or a page, not a data file. */
export class GoalTooLongError extends OrchError {
  readonly code = 'goal-too-long';

  constructor(bytes: number, limit: number) {
    super(`The goal has ${bytes} bytes; at most ${limit} are possible.`, {
      hint: 'Commit the long text as a file, and name the file in the goal.',
    });
  }
}

/** The asset is there, and may not be used as it is now. */
export class AssetUnusableError extends OrchError {
  readonly code = 'asset-unusable';

  constructor(id: string, why: string) {
    super(`Asset "${id}" cannot be used any more: ${why}.`, {
      hint: 'Plan again without it, or have this version of it evaluated and approved.',
    });
  }
}

/** A goal must say something. */
export class GoalEmptyError extends OrchError {
  readonly code = 'goal-empty';

  constructor() {
    super('The goal is empty.', { hint: 'Say what is to be achieved: `codex-orch run "<goal>"`.' });
  }
}

/** The sandbox in which tests have to run does not work on this machine. */
export class SandboxUnavailableError extends OrchError {
  readonly code = 'sandbox-unavailable';

  constructor(detail: string) {
    super(`The tests have to run inside Codex's sandbox, which does not work on this machine: ${detail}`, {
      hint: sandboxRemedy,
    });
  }
}
