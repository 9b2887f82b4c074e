import { removeTree } from '@codex-orch/core';
import { baselineKey } from '../evaluation/keys.js';
import { onceFor } from '../evaluation/once-for.js';
import { packBaseline, storedBaselineSchema, unpackBaseline } from '../evaluation/stored-baseline.js';
import { takeBaseline, type TakenBaseline } from '../scenario/take-baseline.js';
import { prepareWorkspace } from '../workspace/prepare-workspace.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import { type AttemptResult, attemptResultSchema } from './attempt-result.js';
import { digestOf } from './digest.js';
import { HiddenTestsToothlessError } from './errors.js';
import type { GoalEvaluationOptions } from './options.js';
import { runHiddenTests } from './hidden-tests.js';

type Hidden = NonNullable<AttemptResult['hidden']>;

export type PreparedTargetOptions = Pick<
  GoalEvaluationOptions,
  'placed' | 'loaded' | 'sandbox' | 'env' | 'source' | 'useCache' | 'onEvent' | 'signal'
> & {
  readonly cacheDir: string;
  /** For the copy in which tests run. */
  readonly dir: string;
  /** What was found is kept there, so that one that goes on judges by the same. */
  readonly evaluationDir: string;
};

/** A target of which it is known how its tests go before any work, and which is fetched and installed when somebody needs it. */
export class PreparedTarget implements AsyncDisposable {
  readonly #options: PreparedTargetOptions;
  readonly #key: string;
  #turn: Promise<void> = Promise.resolve();
  #workspace: Promise<TargetWorkspace> | undefined;
  #baseline: Promise<TakenBaseline> | undefined;

  constructor(options: PreparedTargetOptions) {
    this.#options = options;
    this.#key = baselineKey(options.placed.target, options.sandbox.name);
  }

  /** Throws errors of the target, see {@link prepareWorkspace}. */
  workspace(): Promise<TargetWorkspace> {
    return (this.#workspace ??= this.#prepare());
  }

  /** The same, as it came: nothing that tests of former work left is in it. */
  async clean(): Promise<TargetWorkspace> {
    const workspace = await this.workspace();
    await workspace.renew(workspace.start);
    return workspace;
  }

  /** Has the workspace used by one at a time, as it came. */
  async exclusive<T>(use: (workspace: TargetWorkspace) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => use(await this.clean()));
    this.#turn = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** Three runs of its own tests before any work. Throws what `takeBaseline` throws. */
  async baseline(): Promise<TakenBaseline> {
    return (this.#baseline ??= this.#takeBaseline());
  }

  /** The hidden tests before any work. Throws {@link HiddenTestsToothlessError} where they all pass. */
  async hiddenBefore(): Promise<Hidden> {
    const { cacheDir, evaluationDir, loaded, placed, useCache } = this.#options;
    const { tests, ids } = loaded.scenario.hidden;
    const key = digestOf([this.#key, loaded.hiddenDigest, tests, ids]);
    const schema = attemptResultSchema.shape.hidden.unwrap();
    const found = await onceFor(key, [evaluationDir, cacheDir], {
      ...{ name: 'hidden', schema, useCache },
      find: () => this.#runHidden(),
    });
    if (found.passed === found.total) throw new HiddenTestsToothlessError(placed.target.name, found.total);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may have failed, or still be under way when all is stopped.
    await this.#workspace?.catch(() => undefined);
    await removeTree(this.#options.dir);
  }

  async #takeBaseline(): Promise<TakenBaseline> {
    const { evaluationDir, cacheDir, useCache } = this.#options;
    const stored = await onceFor(this.#key, [evaluationDir, cacheDir], {
      ...{ name: 'baselines', schema: storedBaselineSchema, useCache },
      find: async () => packBaseline(await takeBaseline(await this.clean())),
    });
    return unpackBaseline(stored);
  }

  async #runHidden(): Promise<Hidden> {
    return runHiddenTests(await this.clean(), this.#options.loaded);
  }

  async #prepare(): Promise<TargetWorkspace> {
    const { placed, cacheDir, env, source, sandbox, dir, onEvent, signal } = this.#options;
    onEvent?.({ type: 'target-preparing', target: placed.target.name });
    const { workspace } = await prepareWorkspace({ dir, placed, source, cacheDir, env, sandbox, signal });
    return workspace;
  }
}
