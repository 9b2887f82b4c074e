import { judgeDocument, LogDamagedError, problemLine, readLog } from '@codex-orch/core';
import type { SourceFile } from '../check/check-input.js';
import { irregularProblem } from '../check/irregular.js';
import type { Problem } from '../check/position.js';
import { type Override, overrideSchema } from './override.js';
import { OVERRIDE_SUBJECT } from './override-text.js';

/** A line of the override log. */
export interface LoggedOverride {
  readonly override: Override;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly line: number;
}

export interface ReadOverrides {
  readonly entries: readonly LoggedOverride[];
  readonly problems: readonly Problem[];
}

/** Reads the override log of a revision and checks its chain. A log that is damaged anywhere overrides nothing. Never throws. */
export function readOverrides(file: SourceFile): ReadOverrides {
  const damaged = (message: string, line = 1): ReadOverrides => ({
    entries: [],
    problems: [{ message, line, column: 1 }],
  });
  if (file.irregular) return damaged(irregularProblem(file.irregular).message);
  try {
    const { lines, torn } = readLog(Buffer.from(file.text), { path: file.path, subject: OVERRIDE_SUBJECT });
    if (torn) return damaged('its last line is cut off', torn.line);
    const entries: LoggedOverride[] = [];
    const problems: Problem[] = [];
    for (const { data, actor, at, seq, type } of lines) {
      const line = seq + 1;
      const judged = judgeDocument(overrideSchema, data);
      if (type === 'override' && !judged.problems)
        entries.push({ override: judged.data, actor, at: Date.parse(at), line });
      else
        problems.push({
          message: `the entry is no override: ${judged.problems?.map(problemLine)[0] ?? type}`,
          line,
          column: 1,
        });
    }
    return { entries, problems };
  } catch (error) {
    if (error instanceof LogDamagedError) return damaged(error.message, error.line);
    return damaged('it cannot be read');
  }
}
