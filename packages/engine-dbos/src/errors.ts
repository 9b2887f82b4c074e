import { OrchError, RecordedError } from '@codex-orch/core';

/** What was given is no URL of a Postgres database. */
export class DatabaseUrlError extends OrchError {
  readonly code = 'database-url';

  constructor(reason: string) {
    super(`The database URL cannot be used: ${reason}.`, {
      hint: 'Give it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE; TLS options such as ?sslmode=verify-full pass through.',
    });
  }
}

/** Postgres answers, and says no: a wrong password, an unknown database, a missing right. */
export class DatabaseRefusedError extends OrchError {
  readonly code = 'database-refused';
  override readonly interrupts = true;

  constructor(url: string, reason: string, cause?: unknown) {
    super(`The database ${url} refused: ${reason}.`, {
      hint: 'Check the user, the password, the name of the database and the rights of the user.',
      cause,
    });
  }
}

/** Postgres does not answer, for longer than one wanted to wait. */
export class DatabaseDownError extends OrchError {
  readonly code = 'database-down';
  override readonly interrupts = true;

  constructor(url: string, waitedMs: number, reason: string) {
    super(`The database ${url} did not answer for ${Math.round(waitedMs / 1000)} s: ${reason}.`, {
      hint: 'Start it, or correct the URL; what was recorded is kept, and runs go on when it is back.',
    });
  }
}

/** The database holds tables of a newer version than this program knows. */
export class DatabaseTooNewError extends OrchError {
  readonly code = 'database-too-new';
  override readonly interrupts = true;

  constructor(found: number, known: number) {
    super(`The database has version ${found} of the tables, and this program knows ${known}.`, {
      hint: 'Update codex-orch on this machine.',
    });
  }
}

/** Another live process works under this executor id. */
export class ExecutorTakenError extends OrchError {
  readonly code = 'executor-taken';

  constructor(executor: string) {
    super(`Another live worker is the executor "${executor}".`, {
      hint: 'Give each worker an id of its own (--executor), or stop the other one first.',
    });
  }
}

/** This process may not work any more: it was silent for so long that its runs are, or may be, somebody else's. */
export class LeaseLostError extends OrchError {
  readonly code = 'lease-lost';
  override readonly interrupts = true;

  constructor(executor: string, why: string) {
    super(`The worker "${executor}" lost its lease: ${why}.`, {
      hint: 'Another worker goes on with its runs. Start the worker again.',
    });
  }
}

/** DBOS keeps one executor a process. */
export class SecondEngineError extends OrchError {
  readonly code = 'second-engine';

  constructor() {
    super('This process already runs an engine on Postgres.', {
      hint: 'Use that one, or stop it first; engines that are only to submit need no start().',
    });
  }
}

/** Something was asked of an engine that only one that works can do. */
export class EngineNotStartedError extends OrchError {
  readonly code = 'engine-not-started';

  constructor(id: string) {
    super(`The run "${id}" belongs to no queue, and this engine was not started to execute it.`, {
      hint: 'Call start() first, or give the run a queue that workers take from.',
    });
  }
}

/** The database did something that has no name; the run is left as it is. */
export class DatabaseFaultError extends OrchError {
  readonly code = 'database-fault';
  override readonly interrupts = true;

  constructor(id: string, reason: string, cause?: unknown) {
    super(`The database failed under the run "${id}": ${reason}.`, { hint: 'Resume the run to go on.', cause });
  }
}

/** The database did not do what it was asked to, for a reason that says nothing about the work of a run. */
export class DatabaseStatementError extends OrchError {
  readonly code = 'database-statement';
  override readonly interrupts = true;

  constructor(url: string, reason: string, cause?: unknown) {
    super(`The database ${url} could not do what it was asked to: ${reason}.`, {
      hint: 'See the log of the server. What was recorded is kept; resume the runs that were interrupted when it is mended.',
      cause,
    });
  }
}

/** The run waits for a signal, and lets go of its place in the queue meanwhile. */
export class SuspendedError extends OrchError {
  readonly code = 'suspended';
  override readonly interrupts = true;

  constructor(id: string) {
    super(`The run "${id}" waits for a signal, and leaves its place in the queue until it comes.`);
  }
}

/** Why a run stopped on another machine without an end, told here. */
export class InterruptedRunError extends RecordedError {
  override readonly interrupts = true;
}
