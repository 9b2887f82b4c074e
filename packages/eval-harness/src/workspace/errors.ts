import { OrchError } from '@codex-orch/core';

/** The tests of a target did not end in time. */
export class TestsTimedOutError extends OrchError {
  readonly code = 'eval-tests-timed-out';

  constructor(command: readonly string[], seconds: number) {
    super(`"${command.join(' ')}" did not end within ${seconds} s.`);
  }
}

/** The tests of a target printed more than is kept. */
export class TestsTooLoudError extends OrchError {
  readonly code = 'eval-tests-too-loud';

  constructor(command: readonly string[], bytes: number) {
    super(`"${command.join(' ')}" printed more than ${bytes} bytes.`);
  }
}

/** No test ran: nothing is proven by that. */
export class NoTestsRanError extends OrchError {
  readonly code = 'eval-no-tests-ran';

  constructor(target: string, detail: string) {
    super(`No test of ${target} ran: ${detail}`);
  }
}
