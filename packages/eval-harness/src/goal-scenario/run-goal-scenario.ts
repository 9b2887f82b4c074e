import path from 'node:path';
import { makeFolder, ProcessLock, writeFileAtomic } from '@codex-orch/core';
import { EvaluationIdError } from '../evaluation/errors.js';
import { baselineKey } from '../evaluation/keys.js';
import { beginPlan } from '../evaluation/plan.js';
import { ResultStore } from '../evaluation/result-store.js';
import { inParallel } from '../parallel/in-parallel.js';
import { proveSandbox } from '../sandbox/bubblewrap.js';
import { verifyConfig } from '../target/install-target.js';
import { type AttemptResult, attemptResultSchema } from './attempt-result.js';
import { compareVariants } from './compare-variants.js';
import { digestOf } from './digest.js';
import { UnknownVariantError, VariantNeedsModelError } from './errors.js';
import type { GoalEvaluation } from './goal-evaluation.js';
import type { GoalVariant } from './goal-scenario.js';
import {
  attemptName,
  type AttemptPlan,
  goalOf,
  makeAttempt,
  makeAttemptFolders,
  type PlannedAttempt,
} from './make-attempt.js';
import type { GoalEvaluationOptions } from './options.js';
import { PreparedTarget } from './prepared-target.js';
import { goalsHtml } from './report/html.js';
import { goalsJunit } from './report/junit.js';
import { goalsMarkdown } from './report/markdown.js';
import { summariseVariant } from './summarise-variant.js';

/** To be raised when attempts are made or scored otherwise: old results then count no more. */
const method = 2;

/** Any would do; the same one makes the same report of the same results. */
const seed = 20_261_123;

/**
 * Has a goal worked on again and again, in each variant of its scenario, and lets the target's own tests and hidden ones judge what
 * comes out. What is finished is on the disk: an evaluation that was killed goes on when it is run again with the same id. Leaves
 * `goals.json`, `summary.md`, `junit.xml` and `report.html` in its folder, and the record of each run in `runs/`.
 *
 * A failed attempt is a part of the result, not an error. One for which the provider of its model was out of order counts neither as
 * passed nor as failed, and is made again when the evaluation is run again with the same id. Throws `EvalSandboxError`, `EvaluationIdError`, `EvaluationChangedError`,
 * `LockedError`, {@link UnknownVariantError}, {@link VariantNeedsModelError}, `HiddenTestsToothlessError`, `GoalBlockedError`, the
 * errors of targets, and the reason of the signal.
 */
export async function runGoalScenario(options: GoalEvaluationOptions): Promise<GoalEvaluation> {
  const { id, loaded, placed, sandbox, signal, now = Date.now } = options;
  if (!/^[\w-][\w.-]*$/.test(id)) throw new EvaluationIdError(id);
  const { scenario } = loaded;
  const planned = planAttempts(options);
  const runsDir = path.resolve(options.runsDir);
  const cacheDir = path.resolve(options.cacheDir ?? path.join(runsDir, 'cache'));
  const dir = path.join(runsDir, id);
  await makeFolder(dir);
  await using _lock = await ProcessLock.acquire(path.join(dir, 'lock'), `the evaluation ${id}`);
  const startedAt = await beginPlan(dir, {
    id,
    kind: 'goals',
    digest: digestOf(planned.map(({ key }) => key)),
    what: 'variants, cassettes, hidden tests or repetitions',
    at: new Date(now()).toISOString(),
    resume: options.resume,
    asked: options.asked,
  });
  options.onEvent?.({ type: 'begun', id });
  await proveSandbox(sandbox, signal);
  await verifyConfig(placed);

  const started = performance.now();
  await using target = new PreparedTarget({ ...options, cacheDir, dir: path.join(dir, 'work'), evaluationDir: dir });
  const { target: name, version, licence, counts, asPinned, quarantined } = (await target.baseline()).record;
  const baseline = { target: name, version, licence, counts, asPinned, quarantined };
  const hiddenBefore = await target.hiddenBefore();
  options.onEvent?.({ type: 'baseline', baseline, hidden: hiddenBefore });
  const names = planned.map(attemptName);
  await using _folders = await makeAttemptFolders(options, names);
  const attempts = await makeAll({ ...options, runsDir, cacheDir, dir, target, names }, planned);

  const chosen = chosenVariants(options);
  const variants = chosen.map((variant) => {
    const own = attempts.filter((attempt) => attempt.variant === variant.name);
    return { summary: summariseVariant(variant, goalOf(scenario.goal, variant), own), attempts: own };
  });
  const comparable = variants.filter(({ summary }) => summary.attempts > 0);
  const comparisons = comparable.flatMap((first, index) =>
    comparable.slice(index + 1).map((second) => compareVariants(first, second, seed)),
  );
  const summaries = variants.map(({ summary }) => summary);
  const evaluation: GoalEvaluation = {
    $schema: '@codex-orch/eval-harness/schemas/goal-evaluation.json',
    schemaVersion: 1,
    id,
    title: scenario.title,
    scenario: loaded.file,
    goal: scenario.goal,
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    environment: { node: process.version, platform: process.platform, arch: process.arch, sandbox: sandbox.name },
    verdict: worstOf(summaries.map(({ verdict }) => verdict)),
    baseline,
    hiddenBefore: { total: hiddenBefore.total, passed: hiddenBefore.passed },
    variants: summaries,
    comparisons,
    attempts: [...attempts],
    seed,
    totals: {
      attempts: attempts.length,
      passed: attempts.filter(({ verdict }) => verdict === 'passed').length,
      cached: attempts.filter(({ cached }) => cached).length,
      notEvaluated: attempts.filter(({ verdict }) => verdict === 'not-evaluated').length,
      wallMs: performance.now() - started,
    },
  };
  await writeFileAtomic(path.join(dir, 'goals.json'), `${JSON.stringify(evaluation, undefined, 2)}\n`);
  await writeFileAtomic(path.join(dir, 'summary.md'), goalsMarkdown(evaluation));
  await writeFileAtomic(path.join(dir, 'junit.xml'), goalsJunit(evaluation));
  await writeFileAtomic(path.join(dir, 'report.html'), goalsHtml(evaluation));
  return evaluation;
}

const worstOf = (verdicts: readonly GoalEvaluation['verdict'][]): GoalEvaluation['verdict'] =>
  (['failed', 'not-evaluated'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'passed';

function chosenVariants({ loaded: { scenario }, variants: names }: GoalEvaluationOptions): readonly GoalVariant[] {
  const known = scenario.variants.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnknownVariantError(unknown, known);
  return scenario.variants.filter(({ name }) => names?.includes(name) ?? true);
}

/** The variants take turns, so that what changes in the course of time meets all of them. */
function planAttempts(options: GoalEvaluationOptions): readonly PlannedAttempt[] {
  const { loaded, placed, sandbox, runner, live = false } = options;
  const { scenario, cassettes, hiddenDigest } = loaded;
  const variants = chosenVariants(options);
  for (const { name } of variants) if (!live && !cassettes.has(name)) throw new VariantNeedsModelError(name);
  const { limits, testCommands, ownTests, hidden } = scenario;
  const common = [
    method,
    baselineKey(placed.target, sandbox.name),
    runner.digest,
    limits,
    testCommands,
    ownTests,
    hidden,
    hiddenDigest,
  ];
  return Array.from({ length: options.repetitions ?? scenario.repetitions }, (_, index) =>
    variants.map((variant): PlannedAttempt => {
      const cassette = live ? undefined : cassettes.get(variant.name);
      // What is asked of the attempts changes none of them.
      const { passRate: _asked, cassette: _place, ...matters } = variant;
      const own = [goalOf(scenario.goal, variant), matters, cassette?.sha256 ?? 'live', index];
      return { variant, repetition: index + 1, cassette: cassette?.path, key: digestOf([common, own]) };
    }),
  ).flat();
}

async function makeAll(plan: AttemptPlan, planned: readonly PlannedAttempt[]): Promise<readonly AttemptResult[]> {
  const { dir, cacheDir, useCache = true, parallel = 1, reproduce, onEvent, signal } = plan;
  const recorded = new ResultStore(path.join(dir, 'attempts'), attemptResultSchema);
  const cached = new ResultStore(path.join(cacheDir, 'attempts'), attemptResultSchema);
  return inParallel(parallel, planned, async (attempt): Promise<AttemptResult> => {
    signal?.throwIfAborted();
    const { variant, repetition, cassette, key } = attempt;
    const at = { variant: variant.name, repetition, of: planned.length };
    const before = await recorded.get(attemptName(attempt));
    // A live model answers otherwise each time, which is what repetitions are for.
    const mayBeCached = cassette !== undefined;
    const earlier = before ?? (useCache && mayBeCached ? await cached.get(key) : undefined);
    let result = before;
    if (!before && earlier) result = { ...earlier, cached: true, reproduce: [...(reproduce?.(variant.name) ?? [])] };
    if (!result) {
      onEvent?.({ type: 'attempt-begins', ...at });
      result = await makeAttempt(plan, attempt);
    }
    // One that was not evaluated is made again when the evaluation goes on.
    if (result.verdict !== 'not-evaluated') {
      // What cut the work short, such as a slow machine, need not be there the next time.
      if (mayBeCached && !earlier && isFinished(result)) await cached.put(key, result);
      await recorded.put(attemptName(attempt), result);
    }
    onEvent?.({ type: 'attempt', result, of: planned.length });
    return result;
  });
}

const isFinished = ({ causes }: AttemptResult): boolean => causes.every(({ kind }) => kind !== 'not-finished');
