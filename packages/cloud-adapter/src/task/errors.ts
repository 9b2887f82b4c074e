import { OrchError } from '@codex-orch/core';

/** It cannot be told whether a task was made, so none is submitted. */
export class CloudSubmissionUnclearError extends OrchError {
  readonly code = 'cloud-submission-unclear';
  override readonly interrupts = true;

  /** Tasks of which one may be it. */
  readonly candidates: readonly string[];

  constructor(candidates: readonly { readonly id: string; readonly title: string }[]) {
    const named = candidates.map(({ id, title }) => `${id} (${JSON.stringify(title.slice(0, 80))})`);
    super(
      named.length > 0
        ? `A submission was cut off, and one of these tasks may be it: ${named.join(', ')}.`
        : 'A submission was cut off, and this Codex cannot list tasks, so it is not known whether it arrived.',
      {
        hint: 'Nothing is submitted twice. Say which task it is with "codex-orch cloud adopt RUN TASK", or "none", on the machine that has the run; then go on with `codex-orch resume RUN`, and with one of several goals by the same `codex-orch goals run` as before, with its --database where it had one.',
      },
    );
    this.candidates = candidates.map(({ id }) => id);
  }
}

/** A task was to be worked on from what is no branch. */
export class CloudBranchError extends OrchError {
  readonly code = 'cloud-branch';

  constructor(branch: string) {
    super(`${JSON.stringify(branch)} cannot be the name of a branch, so nothing is submitted.`, {
      hint: 'Name a branch that is pushed, e.g. --branch main.',
    });
  }
}

/** Codex Cloud could not do a task. */
export class CloudTaskFailedError extends OrchError {
  readonly code = 'cloud-task-failed';

  constructor(taskId: string) {
    super(`Codex Cloud ended task ${taskId} with an error.`, {
      hint: 'Codex prints no reason; open the task in the browser to read it. Often the set-up of the environment fails.',
    });
  }
}

/** A task took longer than it may. */
export class CloudTimeLimitError extends OrchError {
  readonly code = 'cloud-time-limit';

  constructor(taskId: string, limitMs: number) {
    super(`Task ${taskId} of Codex Cloud is not ready after ${Math.round(limitMs / 60_000)} minutes.`, {
      hint: '"codex cloud" cannot cancel a task, so it goes on there; cancel it in the browser, or allow more time with cloud.timeoutMinutes.',
    });
  }
}
