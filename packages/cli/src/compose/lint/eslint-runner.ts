import { createRequire } from 'node:module';
import path from 'node:path';
import { type LintedSource, lintFindingSchema, type LintRunner, type LintSource, runCommand } from '@codex-orch/core';
import type { TestLaunch } from '@codex-orch/roles';
import { z } from 'zod';
import { LintFailedError } from './errors.js';

const require = createRequire(import.meta.url);

/** Beside the command, as this module may be in a bundle, where no other one is at its own place. */
const program = path.join(path.dirname(require.resolve('@codex-orch/cli/package.json')), 'bin', 'lint-program.js');

/** What the program may answer; a text that it lints could make it say anything. */
const answerSchema = z.strictObject({
  results: z.array(z.strictObject({ findings: z.array(lintFindingSchema), problem: z.string().nullable() })),
});

const maxAnswer = 64 * 1024 * 1024;

export interface EslintRunnerOptions {
  /** How the program is started, such as inside the sandbox of the tests. */
  readonly launch: (command: readonly string[]) => TestLaunch | Promise<TestLaunch>;
  /** Where it is started. */
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** The rules of `@codex-orch/eslint-plugin`, by an ESLint of our own that loads no configuration. */
export const eslintRunner = ({ launch, cwd, timeoutMs }: EslintRunnerOptions): LintRunner => ({
  lint: async (sources: readonly LintSource[], signal: AbortSignal): Promise<readonly LintedSource[]> => {
    const { file, args, env } = await launch([process.execPath, program]);
    const { exitCode, stdout, stderr, timedOut, truncated } = await runCommand(file, args, {
      cwd,
      env,
      timeoutMs,
      input: JSON.stringify({ sources }),
      keepBytes: maxAnswer,
      signal,
    });
    signal.throwIfAborted();
    if (timedOut) throw new LintFailedError(`they took longer than ${Math.round(timeoutMs / 1000)} seconds.`);
    if (exitCode !== 0) throw new LintFailedError(stderr.toString('utf8').trim().slice(-2000));
    if (truncated) throw new LintFailedError(`they said more than ${maxAnswer} bytes.`);
    return readAnswer(stdout.toString('utf8'), sources.length);
  },
});

function readAnswer(text: string, count: number): readonly LintedSource[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LintFailedError('their answer is no JSON.');
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success || parsed.data.results.length !== count)
    throw new LintFailedError('their answer has another shape.');
  return parsed.data.results.map(({ findings, problem }) => ({ findings, problem: problem ?? undefined }));
}
