import path from 'node:path';
import type { Ctx } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import { sha256File } from '../fs/sha256-file.js';
import type { Workspace } from '../workspace/workspace.js';
import type { IntegrationTest } from './integration-record.js';
import type { IntegrationServices } from './integration-workflow.js';

export interface TestedTreesOptions {
  readonly ctx: Pick<Ctx, 'step'>;
  readonly services: Pick<IntegrationServices, 'dir' | 'runTests' | 'onProgress'>;
  readonly workspace: Workspace;
  /** None: nothing is tested, and everything counts as green. */
  readonly commands: readonly (readonly string[])[];
  /** Told of all tests so far after each one. */
  readonly onTested: (tests: readonly IntegrationTest[]) => Promise<void>;
}

/** What the tests say of trees. A tree is tested once, also when it is met again on another base; each test is a recorded step. */
export class TestedTrees {
  readonly #options: TestedTreesOptions;
  #tests: readonly IntegrationTest[] = [];

  constructor(options: TestedTreesOptions) {
    this.#options = options;
  }

  /** The number of the test of a tree; null where there was none. */
  numberOf(tree: string | undefined): number | null {
    return this.#tests.find((test) => test.tree === tree)?.number ?? null;
  }

  /** `runs` are those whose changes are on top of what is green. */
  async isGreen(tree: string, runs: readonly string[]): Promise<boolean> {
    const { ctx, services, commands, onTested } = this.#options;
    const known = this.#tests.find((test) => test.tree === tree);
    if (known || commands.length === 0) return known?.report.passed ?? true;
    const number = this.#tests.length + 1;
    services.onProgress?.({ type: 'testing', number, runs });
    const test = (await ctx.step(
      `test:${number}`,
      async ({ signal }) => (await this.#test(number, tree, [...runs], signal)) as unknown as Json,
    )) as unknown as IntegrationTest;
    this.#tests = [...this.#tests, test];
    services.onProgress?.({ type: 'tested', number, passed: test.report.passed });
    await onTested(this.#tests);
    return test.report.passed;
  }

  async #test(number: number, tree: string, runs: string[], signal: AbortSignal): Promise<IntegrationTest> {
    const { services, workspace, commands } = this.#options;
    await workspace.restore(tree, { signal });
    const report = await services.runTests({ workspace, commands, logPrefix: `tests/${number}`, signal });
    const logs = [];
    for (const { log } of report.commands)
      logs.push({ path: log, ...(await sha256File(path.join(services.dir, log), signal)) });
    return { number, tree, runs, report, logs };
  }
}
