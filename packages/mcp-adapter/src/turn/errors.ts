import { OrchError, type ProcessExit, type TurnError } from '@codex-orch/core';

/** A second turn was started on a thread whose first has not ended. */
export class SessionBusyError extends OrchError {
  readonly code = 'session-busy';

  constructor(threadId: string) {
    super(`Thread ${threadId} is already running a turn.`, { hint: 'Wait for its result, or open another session.' });
  }
}

/** A session was used after it was closed. */
export class SessionClosedError extends OrchError {
  readonly code = 'session-closed';

  constructor(threadId: string) {
    super(`The session of thread ${threadId} is closed.`, { hint: 'Open a new session with this thread id.' });
  }
}

/** What a turn says when the process behind it died. */
export function crashError(exit: ProcessExit | undefined, stderr: string): TurnError {
  const how =
    exit === undefined
      ? 'went away'
      : exit.signal
        ? `was killed by ${exit.signal}`
        : `exited with ${exit.code ?? 'no code'}`;
  const said = stderr.trim().slice(-1000);
  return { code: 'codex-crashed', message: `Codex ${how} before the turn ended${said ? `: ${said}` : '.'}` };
}
