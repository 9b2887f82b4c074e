import { OrchError } from '../errors/orch-error.js';

/** The run has no journal here. */
export class UnknownWorkflowRunError extends OrchError {
  readonly code = 'unknown-run';

  constructor(id: string) {
    super(`There is no run with the id "${id}".`, { hint: 'List the runs with `codex-orch runs list`.' });
  }
}

/** A journal names a workflow that this program does not have. */
export class UnknownWorkflowError extends OrchError {
  readonly code = 'unknown-workflow';
  override readonly interrupts = true;

  constructor(id: string, workflow: string) {
    super(`The run "${id}" is of the workflow "${workflow}", which is not registered.`, {
      hint: 'Use the version of codex-orch that started it.',
    });
  }
}

/** The workflow's code asked for other steps than the journal holds: it changed in a way that breaks running runs. */
export class NonDeterministicWorkflowError extends OrchError {
  readonly code = 'workflow-changed';
  override readonly interrupts = true;

  constructor(id: string, at: string, recorded: string, asked: string) {
    super(`The run "${id}" recorded "${recorded}" as its operation ${at}, but the workflow now asks for "${asked}".`, {
      hint: 'Finish the run with the version that started it; guard changed code paths with ctx.patched().',
    });
  }
}

/** A failure that was recorded earlier, handed back. */
export class RecordedError extends OrchError {
  readonly code: string;

  constructor({
    code,
    message,
    hint,
  }: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string | undefined;
  }) {
    super(message, { hint });
    this.code = code;
  }
}

/** The run was cancelled. */
export class RunCancelledError extends OrchError {
  readonly code = 'run-cancelled';

  constructor(id: string) {
    super(`The run "${id}" was cancelled.`);
  }
}

/** The engine stops; the run stays resumable. */
export class EngineStoppedError extends OrchError {
  readonly code = 'engine-stopped';
  override readonly interrupts = true;

  constructor() {
    super('The engine was stopped.', { hint: 'Resume the run to go on.' });
  }
}

/** A name was used that nobody defined. */
export class UnknownQueueError extends OrchError {
  readonly code = 'unknown-queue';

  constructor(name: string) {
    super(`There is no queue "${name}".`, { hint: 'Define it with engine.defineQueue() before the first run.' });
  }
}
