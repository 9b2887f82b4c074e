import { OrchError } from '@codex-orch/core';

/** `codex app-server` did not come up. */
export class AppServerStartError extends OrchError {
  readonly code = 'app-server-start-failed';
  override readonly interrupts = true;

  constructor(binary: string, stderr: string, cause: unknown) {
    const said = stderr.trim().slice(-2000);
    super(`Cannot start "${binary} app-server": ${said || (cause instanceof Error ? cause.message : String(cause))}`, {
      cause,
      hint: `Run "${binary} app-server" by hand to see why.`,
    });
  }
}

/** The path of a Unix socket is longer than the operating system allows. */
export class SocketPathError extends OrchError {
  readonly code = 'socket-path-too-long';

  constructor(path: string, limit: number) {
    super(`The socket path "${path}" is longer than ${limit} bytes.`, { hint: 'Choose a folder with a shorter path.' });
  }
}

/** The app-server would not start or resume a thread. */
export class ThreadOpenError extends OrchError {
  readonly code = 'thread-open-failed';

  constructor(threadId: string | undefined, cause: unknown) {
    const what = threadId === undefined ? 'start a thread' : `resume thread ${threadId}`;
    super(`Codex could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint:
        threadId === undefined ? undefined : 'A thread can be resumed only with the CODEX_HOME it was started with.',
    });
  }
}
