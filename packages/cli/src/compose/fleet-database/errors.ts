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

/** A goal would be handed to Codex Cloud, and the sign-off that came with it is none of this goal. */
export class CloudSignOffError extends OrchError {
  readonly code = 'cloud-sign-off';

  constructor(goal: string, why: string) {
    super(`"${goal}" is not handed to Codex Cloud: ${why}.`, {
      hint: 'Approve the plan of its goals file with `codex-orch goals approve FILE`, and submit it with --new.',
    });
  }
}

/** The goals that a goal in Codex Cloud was submitted with are not understood, though another version may. */
export class CloudSignOffUnreadError extends OrchError {
  readonly code = 'cloud-sign-off-unread';
  override readonly interrupts = true;

  constructor(goal: string, fleetId: string, cause: unknown) {
    super(
      `"${goal}" is not handed to Codex Cloud: this version does not understand what was submitted as ${fleetId}, where its sign-off stands.`,
      {
        hint: 'Start a worker of the version that submitted it, then give the same `goals run` again; or submit the file with --new.',
        cause,
      },
    );
  }
}

/** The sign-off of a goal in Codex Cloud is not one that this worker can check, though another one may. */
export class CloudSignatureError extends OrchError {
  readonly code = 'cloud-sign-off-unchecked';
  override readonly interrupts = true;

  constructor(goal: string, cause: OrchError) {
    super(
      `"${goal}" is not handed to Codex Cloud: the signature of its sign-off does not count here. ${cause.message}`,
      {
        hint: 'Have signing.allowedSigners of this worker list who approved it, then give the same `goals run` again; or approve the plan with a key that it lists, and submit it with --new.',
        cause,
      },
    );
  }
}

/** A goal in Codex Cloud of another login than that of this machine. */
export class CloudAccountError extends OrchError {
  readonly code = 'cloud-account';
  override readonly interrupts = true;

  constructor(goal: string, wanted: string, own: string | undefined) {
    const is = own === undefined ? 'is not logged in to ChatGPT' : `is logged in to ChatGPT as ${own}`;
    super(
      `"${goal}" belongs to the ChatGPT login ${wanted}, and this worker ${is} by now: it would not see its task.`,
      {
        hint: 'Run `codex login` with that login there, or start a worker where it is; then give the same `goals run` again.',
      },
    );
  }
}

/** What a run does in Codex Cloud could not be stored, and nobody else would know of it: the run stops there. */
export class CloudTaskNotKeptError extends OrchError {
  readonly code = 'cloud-task-not-kept';
  override readonly interrupts = true;

  constructor(runId: string) {
    super(
      `Run ${runId} does not go on in Codex Cloud: how it stands there could not be stored for other workers, so one that takes it over would not know of its task.`,
      {
        hint: 'Nothing is asked for twice, and a task that was made goes on. See why in what the worker said; when the store can be written, give the same `goals run` again.',
      },
    );
  }
}
