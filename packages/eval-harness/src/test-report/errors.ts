import { OrchError } from '@codex-orch/core';

/** A test command printed no report that its reporter should have printed. */
export class TestReportError extends OrchError {
  readonly code = 'eval-test-report-unreadable';

  constructor(reporter: string, detail: string) {
    super(`The tests left no report of the kind "${reporter}": ${detail}`);
  }
}
