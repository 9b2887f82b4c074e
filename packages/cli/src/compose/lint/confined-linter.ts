import { createRequire } from 'node:module';
import path from 'node:path';
import {
  type LintedSource,
  lintFindingSchema,
  type LintRunner,
  type LintSource,
  makeScratchFolder,
  removeTree,
} from '@codex-orch/core';
import type { TestLaunch } from '@codex-orch/roles';
import pLimit from 'p-limit';
import { z } from 'zod';
import { inTurn } from '../in-turn.js';
import { LintFailedError } from './errors.js';
import { LintProcess } from './lint-process.js';

const require = createRequire(import.meta.url);

/** Beside the command, as this module may be in a bundle, where no other one is at its own place. */
const program = path.join(path.dirname(require.resolve('@codex-orch/cli/package.json')), 'bin', 'lint-program.js');

/** What the program may answer; a text that it lints could make it say anything. */
const answerSchema = z.strictObject({
  results: z.array(z.strictObject({ findings: z.array(lintFindingSchema), problem: z.string().nullable() })),
});

export interface ConfinedLinterOptions {
  /** How the program is started in an empty folder of its own, such as inside the sandbox of the tests. */
  readonly launch: (command: readonly string[], folder: string) => TestLaunch | Promise<TestLaunch>;
  /** For one request; longer than any honest change takes. */
  readonly timeoutMs?: number | undefined;
  /** How long the program stays when nobody asks it anything. */
  readonly idleMs?: number | undefined;
}

/**
 * The rules of `@codex-orch/eslint-plugin`, by an ESLint of our own that loads no configuration and lives in a process of its own.
 *
 * Loading the rules takes longer than applying them, so all who share one share the process, one after the other. It starts when it is
 * needed, and ends when nobody has needed it for a while, when a request failed, and with {@link close}.
 */
export class ConfinedLinter implements LintRunner {
  readonly #launch: ConfinedLinterOptions['launch'];
  readonly #timeoutMs: number;
  readonly #idleMs: number;
  readonly #oneByOne = pLimit(1);
  #running: { readonly process: LintProcess; readonly folder: string } | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ launch, timeoutMs = 120_000, idleMs = 5000 }: ConfinedLinterOptions) {
    this.#launch = launch;
    this.#timeoutMs = timeoutMs;
    this.#idleMs = idleMs;
  }

  /** Throws {@link LintFailedError}, what the launch throws, and the signal's reason, also while others have their turn. */
  lint(sources: readonly LintSource[], signal: AbortSignal): Promise<readonly LintedSource[]> {
    return inTurn(this.#oneByOne, signal, () => this.#lint(sources, signal));
  }

  async #lint(sources: readonly LintSource[], signal: AbortSignal): Promise<readonly LintedSource[]> {
    clearTimeout(this.#idle);
    try {
      const process = await this.#process();
      const answer = await process.ask(JSON.stringify({ sources }), { timeoutMs: this.#timeoutMs, signal });
      const results = readAnswer(answer, sources.length);
      // Its folder stays for the next of its kind to remove, where it cannot be now.
      this.#idle = setTimeout(() => void this.close().catch(() => undefined), this.#idleMs).unref();
      return results;
    } catch (error) {
      await this.#end({ force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#oneByOne(() => this.#end());
  }

  async #process(): Promise<LintProcess> {
    // Somebody else may have ended it meanwhile.
    if (this.#running?.process.hasEnded) await this.#end();
    if (!this.#running) {
      const folder = await makeScratchFolder('lint');
      try {
        const launch = await this.#launch([process.execPath, program], folder);
        this.#running = { process: await LintProcess.start(launch, folder), folder };
      } catch (error) {
        await removeTree(folder);
        throw error;
      }
    }
    return this.#running.process;
  }

  async #end({ force = false } = {}): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.process.end({ force });
    if (running) await removeTree(running.folder);
  }
}

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
