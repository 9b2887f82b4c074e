import { OrchError } from '@codex-orch/core';

/** What was stored of a run cannot be used, or is not that of the run. */
export class SnapshotDamagedError extends OrchError {
  readonly code = 'snapshot-damaged';
  override readonly interrupts = true;

  constructor(runId: string, why: string, cause?: unknown) {
    super(`What the shared store has of run ${runId} cannot be used: ${why.replace(/\.$/, '')}.`, {
      hint: 'Check that all workers use the same --artifacts and that nothing in it was removed; or submit the goal again with --new.',
      cause,
    });
  }
}

/** What the database has under the id of a run names another one. */
export class OtherRunError extends OrchError {
  readonly code = 'other-run';

  constructor(runId: string, named: string) {
    super(`What the database has of run ${runId} is that of run ${named}.`, {
      hint: 'Somebody changed the database: find out who, and submit the goal again with --new.',
    });
  }
}

/** More than the shared store is to take of one run. */
export class SnapshotTooLargeError extends OrchError {
  readonly code = 'snapshot-too-large';

  constructor(bytes: number) {
    super(`The run has more than ${bytes} bytes, which is the most that is kept for other machines.`, {
      hint: 'It goes on here. If this machine is lost, it goes on from what was kept before.',
    });
  }
}

/** This machine cannot go on with a run that others could. */
export class RunNotBroughtError extends OrchError {
  readonly code = 'run-not-brought';
  override readonly interrupts = true;

  constructor(runId: string, worker: string, cause: OrchError) {
    super(`Run ${runId} cannot go on on ${worker}: ${cause.message}`, {
      hint: 'Mend that there, e.g. by `git fetch`, or stop that worker; then give the same `goals run` again.',
      cause,
    });
  }
}

/** What became of a decision could not be stored, and others would not know of it. */
export class RunNotKeptError extends OrchError {
  readonly code = 'run-not-kept';
  override readonly interrupts = true;

  constructor(runId: string) {
    super(`The decision about run ${runId} was taken up, but could not be stored for other workers.`, {
      hint: 'See why in what the worker said; when the store can be written, give the same `goals run` again.',
    });
  }
}

/** A run was brought to a machine, and the one that had it before could not be told. */
export class RunMoveNotKeptError extends OrchError {
  readonly code = 'run-move-not-kept';
  override readonly interrupts = true;

  constructor(runId: string, worker: string) {
    super(
      `Run ${runId} was brought to ${worker}, and does not go on there: that could not be stored, and the machine that had it before would go on with it, too.`,
      {
        hint: 'See why in what the worker said; when the store can be written, give the same `goals run` again.',
      },
    );
  }
}

/** No goal of a database has this run. */
export class RemoteRunUnknownError extends OrchError {
  readonly code = 'remote-run-unknown';

  constructor(runId: string) {
    super(`The database knows no run ${runId}.`, {
      hint: 'Give the whole id, as `codex-orch goals status --database` prints it. A run of this machine needs no --database.',
    });
  }
}

/** A run of a queue is still its workers'. */
export class RemoteRunOpenError extends OrchError {
  readonly code = 'remote-run-open';

  constructor(runId: string, fleetId: string | undefined) {
    const of = fleetId === undefined ? '' : ` ${fleetId}`;
    super(`Run ${runId} has not ended: only its workers have it before that.`, {
      hint: `See how it stands with \`codex-orch goals status${of} --database\`, and fetch it when it has ended.`,
    });
  }
}

/** A run ended, and no other machine can have its end. */
export class RunEndNotKeptError extends OrchError {
  readonly code = 'run-end-not-kept';

  constructor(runId: string, worker: string | undefined) {
    super(`The end of run ${runId} was not stored, so there is no copy of it to fetch.`, {
      hint:
        worker === undefined
          ? 'No worker has begun it. Submit its goals again with --new.'
          : `A run that was cancelled while nobody worked on it has none. What there is of it is on ${worker}, which said why if it could not store it.`,
    });
  }
}

/** Text that a database cannot be asked about. */
export class NulCharacterError extends OrchError {
  readonly code = 'nul-character';

  constructor(place: string) {
    super(`What is to be submitted has a NUL character (U+0000) in "${place}", which Postgres has no text for.`, {
      hint: place.startsWith('settings.')
        ? 'Take it out of the configuration, where it is written "\\u0000"; `codex-orch doctor` names the files.'
        : 'Take it out of the goals file, where it is written "\\u0000" or "\\0".',
    });
  }
}
