import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, removeTree } from '@codex-orch/core';
import { testCommandsOf } from '../workspace/run-tests.js';
import type { AttemptResult } from './attempt-result.js';
import { costOf } from './cost.js';
import { GoalBlockedError } from './errors.js';
import type { GoalOutcome } from './goal-runner.js';
import type { GoalVariant } from './goal-scenario.js';
import type { GoalEvaluationOptions } from './options.js';
import { prepareCheckout } from './prepare-checkout.js';
import type { PreparedTarget } from './prepared-target.js';
import { scoreAttempt } from './score-attempt.js';

export interface AttemptPlan extends GoalEvaluationOptions {
  readonly cacheDir: string;
  /** Of this evaluation. */
  readonly dir: string;
  readonly target: PreparedTarget;
  /** Of all attempts of it. */
  readonly names: readonly string[];
}

/** An attempt that is to be made. */
export interface PlannedAttempt {
  readonly variant: GoalVariant;
  readonly repetition: number;
  readonly cassette: string | undefined;
  readonly key: string;
}

/** The words of a goal in a variant. */
export const goalOf = (goal: string, variant: GoalVariant): string =>
  [variant.goal ?? goal, ...(variant.instructions === undefined ? [] : [variant.instructions])].join('\n\n');

/** Has a goal worked on in a clean copy of the target, and scores what comes out. Throws {@link GoalBlockedError}. */
export async function makeAttempt(plan: AttemptPlan, planned: PlannedAttempt): Promise<AttemptResult> {
  const { loaded, runner, attemptsDir, dir, signal, target } = plan;
  const { scenario } = loaded;
  const { variant, repetition, cassette } = planned;
  const baseline = await target.baseline();
  const name = attemptName(planned);
  const place = path.join(attemptsDir, name);
  try {
    const checkout = path.join(place, 'checkout');
    const { committed, testCommands } = await target.exclusive(async (workspace) => {
      await prepareCheckout(workspace, checkout, signal);
      return {
        committed: await workspace.history.save(),
        testCommands: scenario.testCommands ?? (await testCommandsOf(workspace)).map(withThisNode),
      };
    });
    const record = path.join(dir, 'runs', name);
    await removeTree(record);
    const running = performance.now();
    const outcome = await runner.run({
      variant,
      repetition,
      goal: goalOf(scenario.goal, variant),
      checkout,
      testCommands,
      limits: scenario.limits,
      cassette,
      secret: secretOf(plan, name),
      scratch: path.join(place, 'state'),
      record,
      signal,
    });
    signal?.throwIfAborted();
    const runMs = performance.now() - running;
    if (outcome.state === 'blocked') throw new GoalBlockedError(variant.name, outcome.end);

    const { patch, outage } = outcome;
    const isFinished = outcome.state === 'awaiting-approval' && outage === undefined;
    let scoring = 0;
    const score = await target.exclusive(async (workspace) => {
      scoring = performance.now();
      await workspace.history.restore(committed);
      return scoreAttempt({ workspace, baseline, loaded, patch, isFinished });
    });
    const causes: AttemptResult['causes'] =
      outage === undefined ? [...runCauses(outcome), ...score.causes] : [{ kind: 'provider-outage', message: outage }];
    const { elapsedMs, ...usage } = outcome.usage;
    return {
      variant: variant.name,
      repetition,
      key: planned.key,
      verdict: outage !== undefined ? 'not-evaluated' : causes.length === 0 ? 'passed' : 'failed',
      causes,
      cached: false,
      reproduce: [...(plan.reproduce?.(variant.name) ?? [])],
      run: { id: outcome.runId, state: outcome.state, end: outcome.end },
      model: { ...outcome.model, live: cassette === undefined },
      codex: outcome.codex,
      diff: score.diff,
      tests: score.tests,
      hidden: score.hidden,
      findings: outcome.findings,
      usage,
      cost: costOf(usage, variant.price),
      revisions: outcome.revisions,
      replans: outcome.replans,
      replay: outcome.replay,
      durationsMs: { work: elapsedMs, run: runMs, scoring: performance.now() - scoring },
    };
  } finally {
    // The folder itself stays: in the sandboxes of the others, something else is mounted over it.
    for (const left of await readdir(place)) await removeTree(path.join(place, left));
  }
}

/** Folders of attempts, all of which are there before the first begins: what is not there yet cannot be hidden from it. */
export async function makeAttemptFolders(
  { attemptsDir }: GoalEvaluationOptions,
  names: readonly string[],
): Promise<AsyncDisposable> {
  const places = names.map((name) => path.join(attemptsDir, name));
  const remove = async (): Promise<void> => {
    for (const place of places) await removeTree(place);
  };
  // One that was killed may have left anything.
  await remove();
  for (const place of places) await makeFolder(place);
  return { [Symbol.asyncDispose]: remove };
}

/** What an attempt that could read it would not have to work for: hidden tests, answers, and what other attempts made. */
const secretOf = (
  { loaded, runsDir, cacheDir, attemptsDir, names, parallel = 1, secret = [] }: AttemptPlan,
  own: string,
): readonly string[] =>
  outermost([
    loaded.file,
    loaded.hiddenDir,
    ...[...loaded.cassettes.values()].map((cassette) => cassette.path),
    // Whole, so that evaluations are hidden too that begin later.
    path.resolve(runsDir),
    path.resolve(cacheDir),
    // Where they take turns, nothing of the others is there any more, and a sandbox needs not hide hundreds of folders.
    ...(parallel > 1 ? names.filter((name) => name !== own).map((name) => path.resolve(attemptsDir, name)) : []),
    ...secret,
  ]);

/** Without what lies below another one: a sandbox cannot hide what is no longer there. */
const outermost = (places: readonly string[]): readonly string[] => {
  const all = [...new Set(places)];
  return all.filter((place) => !all.some((other) => place.startsWith(`${other}${path.sep}`)));
};

/** Names of variants hold no character that a path could not. */
export const attemptName = ({ variant, repetition }: Pick<PlannedAttempt, 'variant' | 'repetition'>): string =>
  `${variant.name}-${repetition}`;

/** As the harness itself runs them. */
const withThisNode = ([program = '', ...args]: readonly string[]): string[] => [
  program === 'node' ? process.execPath : program,
  ...args,
];

function runCauses({ state, end, replay, patch }: GoalOutcome): AttemptResult['causes'] {
  const causes: AttemptResult['causes'] = [];
  if (replay && replay.misses > 0)
    causes.push({
      kind: 'cassette-miss',
      message: `The cassette had no answer to ${replay.misses} of the requests, so this says nothing about the variant.`,
    });
  if (state !== 'awaiting-approval')
    causes.push({
      kind: 'not-finished',
      message: `It ended ${state}: ${end ? `${end.message} [${end.code}]` : 'it did not say why'}`,
    });
  else if (!patch || patch.length === 0) causes.push({ kind: 'not-finished', message: 'Nothing was changed.' });
  return causes;
}
