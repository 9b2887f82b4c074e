import { createHash } from 'node:crypto';
import path from 'node:path';
import { makeFolder, OrchError, ProcessLock, removeTree, writeFileAtomic } from '@codex-orch/core';
import { inParallel } from '../parallel/in-parallel.js';
import { htmlOf } from '../report/html.js';
import { junitOf } from '../report/junit.js';
import { markdownOf } from '../report/markdown.js';
import { sarifOf } from '../report/sarif.js';
import { proveSandbox } from '../sandbox/bubblewrap.js';
import { thresholdsSchema } from '../scenario/thresholds.js';
import { evaluateTemplate } from '../template/evaluate-template.js';
import { cpuSoFar } from '../workspace/watch-usage.js';
import { EvaluationIdError } from './errors.js';
import { evaluateTarget, type TargetOutcome } from './evaluate-target.js';
import type { Evaluation } from './evaluation.js';
import { baselineKey } from './keys.js';
import type { EvaluationOptions } from './options.js';
import { beginPlan } from './plan.js';
import { totalsOf } from './totals.js';

/**
 * Applies every asset to every target and has the targets' own tests judge. What is finished is on the disk: an evaluation that was
 * killed goes on when it is run again with the same id. Leaves `evaluation.json`, `summary.md` and `junit.xml` in its folder.
 *
 * A failed pair or target is a part of the result, not an error. Throws `EvalSandboxError`, `EvaluationIdError`, `EvaluationChangedError`, `LockedError`
 * where another process runs this evaluation, and the reason of the signal.
 */
export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { id, targets, sandbox, signal, parallel = 2, now = Date.now } = options;
  if (!/^[\w-][\w.-]*$/.test(id)) throw new EvaluationIdError(id);
  // Commands run in other folders.
  const runsDir = path.resolve(options.runsDir);
  const cacheDir = path.resolve(options.cacheDir ?? path.join(runsDir, 'cache'));
  const thresholds = thresholdsSchema.parse(options.thresholds ?? {});
  const dir = path.join(runsDir, id);
  await makeFolder(dir);
  await using _lock = await ProcessLock.acquire(path.join(dir, 'lock'), `the evaluation ${id}`);
  const startedAt = await begin(options, dir, thresholds, new Date(now()).toISOString());
  options.onEvent?.({ type: 'begun', id });
  if (targets.length > 0) await proveSandbox(sandbox, signal);

  const started = performance.now();
  const cpuBefore = cpuSoFar();
  const plan = { ...options, cacheDir, thresholds, dir };
  const unusable: Evaluation['unusable'] = [];
  const outcomes = await inParallel(parallel, targets, async (placed): Promise<TargetOutcome | undefined> => {
    try {
      return await evaluateTarget(plan, placed);
    } catch (error) {
      signal?.throwIfAborted();
      // A fault of the machine, a full disk say, ends all; a fault of the target is told, and the others go on.
      if (!(error instanceof OrchError) || error.interrupts) throw error;
      unusable.push({ target: placed.target.name, code: error.code, message: error.message });
      options.onEvent?.({ type: 'target-unusable', target: placed.target.name, message: error.message });
      return undefined;
    }
  });
  await removeTree(path.join(dir, 'work'));

  const usable = outcomes.filter((outcome) => outcome !== undefined);
  const pairs = usable.flatMap((outcome) => outcome.pairs);
  const templates = await Promise.all((options.templates ?? []).map((template) => evaluateTemplate(template, signal)));
  const judged = [...pairs, ...templates].filter(({ verdict }) => verdict !== 'not-evaluated');
  const isGood = unusable.length === 0 && judged.length > 0 && judged.every(({ verdict }) => verdict === 'passed');
  const evaluation: Evaluation = {
    $schema: '@codex-orch/eval-harness/schemas/evaluation.json',
    schemaVersion: 1,
    id,
    ...(options.scenario !== undefined && { scenario: options.scenario }),
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    environment: { node: process.version, platform: process.platform, arch: process.arch, sandbox: sandbox.name },
    thresholds,
    options: Object.fromEntries(
      options.assets.flatMap(({ id: asset, options: given = {} }) =>
        Object.keys(given).length > 0 ? [[asset, { ...given }]] : [],
      ),
    ),
    verdict: isGood ? 'passed' : 'failed',
    unusable,
    baselines: usable.map((outcome) => outcome.baseline),
    pairs,
    templates,
    totals: totalsOf(usable, {
      wallMs: performance.now() - started,
      cpuMs: cpuBefore === undefined ? undefined : (cpuSoFar() ?? 0) - cpuBefore,
    }),
  };
  await writeFileAtomic(path.join(dir, 'evaluation.json'), `${JSON.stringify(evaluation, undefined, 2)}\n`);
  await writeFileAtomic(path.join(dir, 'summary.md'), markdownOf(evaluation));
  await writeFileAtomic(path.join(dir, 'junit.xml'), junitOf(evaluation));
  const sarif = sarifOf(evaluation, undefined, options.documents);
  await writeFileAtomic(path.join(dir, 'evaluation.sarif'), `${JSON.stringify(sarif, undefined, 2)}\n`);
  await writeFileAtomic(path.join(dir, 'report.html'), htmlOf(evaluation));
  return evaluation;
}

/** Notes what is evaluated, or compares with the note of the process that began it. */
async function begin(
  { id, targets, assets, templates = [], sandbox, resume, asked }: EvaluationOptions,
  dir: string,
  thresholds: unknown,
  at: string,
): Promise<string> {
  const whole = [
    targets.map(({ target }) => baselineKey(target, sandbox.name)),
    assets.map((asset) => [asset.id, asset.version, asset.digest]),
    thresholds,
    ...(templates.length > 0 ? [templates.map((template) => [template.id, template.version, template.digest])] : []),
  ];
  const digest = createHash('sha256').update(JSON.stringify(whole)).digest('hex');
  return beginPlan(dir, { id, kind: 'assets', digest, what: 'targets, assets or thresholds', at, resume, asked });
}
