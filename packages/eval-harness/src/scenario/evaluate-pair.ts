import type { Application, EvaluatedAsset } from '../asset/asset.js';
import { measureChurn } from '../churn/measure-churn.js';
import type { CheckName } from '../code-check/code-check.js';
import { compareOutcomes, type OutcomeComparison } from '../test-report/compare-outcomes.js';
import { NoTestsRanError } from '../workspace/errors.js';
import { runTests, type TestRun } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { ChangedLines } from '../workspace/tree-history.js';
import { measured, type Usage } from '../workspace/watch-usage.js';
import { checkAfter } from './check-after.js';
import type { EvidenceStore } from './evidence.js';
import type { PairResult } from './pair-result.js';
import { checkParsing } from './parse-check.js';
import type { TakenBaseline } from './take-baseline.js';
import { judge, type Thresholds } from './thresholds.js';

export interface PairOptions {
  readonly workspace: TargetWorkspace;
  readonly baseline: TakenBaseline;
  readonly asset: EvaluatedAsset;
  readonly key: string;
  readonly reproduce: readonly string[];
  readonly thresholds: Thresholds;
  /** Where what people may want to look at is kept. */
  readonly evidence?: EvidenceStore | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Applies one asset to one target, takes it back, applies it again, and has the target's own checks and tests judge. */
export async function evaluatePair(options: PairOptions): Promise<PairResult> {
  const { workspace, baseline, asset } = options;
  const { history, start } = workspace;
  const started = performance.now();
  await workspace.startAnew();
  await workspace.removePlanted();
  const { application, applyMs, usage, applied, changed, parsing, instable, ...made } = await applyTwice(options);

  const isUntouched = applied === start;
  if (!isUntouched) await history.restore(applied);
  const at = { asset: asset.id, target: workspace.target.name };
  if (changed.length > 0) await options.evidence?.put(at, 'diff', await history.patch(start, applied));
  const checks = await measured(workspace.tree, async () => {
    // What is wrong on purpose may well be seen to be wrong.
    if (asset.kind === 'control') return { lint: null, typecheck: null };
    const after = (name: CheckName) => checkAfter(workspace, baseline, name, isUntouched);
    return { lint: await after('lint'), typecheck: await after('typecheck') };
  });
  const areChecked = Object.values(checks.value).some((check) => check?.ran);
  const { tests, run } = isUntouched ? untouched(baseline) : await testAfter(workspace, baseline, applied);

  const measures = {
    files: {
      considered: made.considered,
      matched: application.matched,
      changed: changed.length,
      failed: [...application.failed],
      unparsable: [...parsing.broken],
    },
    changes: application.changes,
    declined: [...application.declined],
    findings: application.findings ?? null,
    appliedCleanly: shareOfClean(application, changed, [...parsing.broken, ...instable]),
    churn: { ...made.churn, linesPerChange: application.changes === 0 ? null : made.churn.added / application.changes },
    editedLines: editedLines(workspace, baseline, changed),
    idempotent: made.idempotent,
    rollbackExact: made.rollbackExact,
    tests,
    ...checks.value,
  };
  const causes = judge(asset, measures, options.thresholds);
  if (causes.length > 0 && run) await options.evidence?.put(at, 'log', run.output);
  return {
    target: workspace.target.name,
    asset: asset.id,
    kind: asset.kind,
    assetVersion: asset.version,
    key: options.key,
    verdict: causes.length === 0 ? 'passed' : 'failed',
    causes,
    reproduce: [...options.reproduce],
    cached: false,
    ...measures,
    durationsMs: {
      apply: applyMs,
      applyAgain: made.applyAgainMs,
      tests: run?.durationMs ?? 0,
      checks: areChecked ? checks.durationMs : 0,
      total: performance.now() - started,
    },
    cpuMs: {
      apply: made.applyCpuMs,
      tests: run?.usage?.cpuMs ?? null,
      checks: areChecked ? (checks.usage?.cpuMs ?? null) : null,
    },
    peakBytes: { ...applyPeak(usage), tests: run?.usage?.peakBytes ?? null },
  };
}

/** Applies an asset to a target as it came, and once more; takes it back, so that the target is as it came where that is exact. */
async function applyTwice(options: PairOptions) {
  const { workspace, asset, signal } = options;
  const { history, tree, start } = workspace;
  const files = await workspace.sources();
  const {
    value: application,
    durationMs: applyMs,
    usage,
  } = await measured(tree, () => asset.apply(tree, files, signal));
  // What it left beside the files is none of the tests' business.
  await using _left = { [Symbol.asyncDispose]: async () => application.close?.() };
  const applied = await history.save();
  const changed = await history.changes(start, applied);
  const paths = changed.map((file) => file.path);
  const parsing = await checkParsing(tree, paths, signal);
  const churn = await measureChurn(tree, history, changed);

  const isUntouched = applied === start;
  // The control turns its own change back when it runs twice.
  const isOnce = isUntouched || asset.kind === 'control';
  const again = isOnce ? { state: applied, ms: 0, cpuMs: 0 } : await applyAgain(options, files);
  const idempotent = again.state === applied;
  if (!idempotent) await history.restore(applied);
  const rollbackExact = isUntouched || (await rollsBack(workspace, application, applied));
  return {
    ...{ application, applyMs, usage, applied, changed, parsing, churn, idempotent, rollbackExact },
    considered: files.length,
    applyAgainMs: again.ms,
    applyCpuMs: usage === undefined ? null : usage.cpuMs + (again.cpuMs ?? 0),
    instable: idempotent ? [] : await history.changes(applied, again.state),
  };
}

/** A rule of a linter runs in this process, and so the process as a whole is all that can be told. */
function applyPeak(usage: Usage | undefined): Omit<PairResult['peakBytes'], 'tests'> {
  return usage?.peakBytes === undefined
    ? { apply: process.memoryUsage.rss(), applyIn: 'evaluation' }
    : { apply: usage.peakBytes, applyIn: 'own-process' };
}

async function applyAgain(
  { workspace, asset, signal }: PairOptions,
  files: readonly string[],
): Promise<{ readonly state: string; readonly ms: number; readonly cpuMs: number | undefined }> {
  const { durationMs, usage } = await measured(workspace.tree, () => asset.apply(workspace.tree, files, signal));
  return { state: await workspace.history.save(), ms: durationMs, cpuMs: usage?.cpuMs };
}

async function rollsBack(workspace: TargetWorkspace, application: Application, applied: string): Promise<boolean> {
  if (application.rollback) await application.rollback();
  else await workspace.history.reverse(workspace.start, applied);
  return (await workspace.hash()) === workspace.startHash;
}

interface TestsAfter {
  readonly tests: PairResult['tests'];
  /** Undefined where none ran. */
  readonly run?: TestRun | undefined;
}

function untouched({ outcomes, unstable }: TakenBaseline): TestsAfter {
  const { kept, passedBefore } = compareOutcomes(outcomes, outcomes, unstable);
  const none = { newlyFailing: [], missing: [], newlyPassing: [], crashes: [] };
  return { tests: { ran: false, total: passedBefore, kept, ...none } };
}

async function testAfter(
  workspace: TargetWorkspace,
  { outcomes, unstable, record }: TakenBaseline,
  applied: string,
): Promise<TestsAfter> {
  // The checks may have written among the files.
  await workspace.history.restore(applied);
  const known = new Set(record.crashes);
  const report = (comparison: OutcomeComparison, crashes: readonly string[]): TestsAfter['tests'] => ({
    ran: true,
    total: comparison.passedBefore,
    kept: comparison.kept,
    newlyFailing: [...comparison.newlyFailing],
    missing: [...comparison.missing],
    newlyPassing: [...comparison.newlyPassing],
    crashes: crashes.filter((crash) => !known.has(crash)),
  });
  try {
    const after = await runTests(workspace);
    return { tests: report(compareOutcomes(outcomes, after.outcomes, unstable), after.crashes), run: after };
  } catch (error) {
    // A change that keeps every test from running has broken every test.
    if (!(error instanceof NoTestsRanError)) throw error;
    return { tests: report(compareOutcomes(outcomes, new Map(), unstable), [error.message]) };
  }
}

function shareOfClean(
  { failed }: Application,
  changed: readonly ChangedLines[],
  dirty: readonly { readonly path: string }[],
): number {
  const touched = new Set([...changed, ...failed].map((file) => file.path));
  const unclean = new Set([...failed, ...dirty].map((file) => file.path));
  return touched.size === 0 ? 1 : 1 - [...touched].filter((file) => unclean.has(file)).length / touched.size;
}

function editedLines(
  { target }: TargetWorkspace,
  { executed }: TakenBaseline,
  changed: readonly ChangedLines[],
): PairResult['editedLines'] {
  const total = changed.reduce((sum, file) => sum + file.touched.length, 0);
  if (!executed) return { total, executed: null, whyUnknown: target.noCoverage ?? 'It was not measured.' };
  const ran = changed.flatMap(({ path, touched }) => touched.filter((line) => executed.get(path)?.has(line)));
  return { total, executed: ran.length };
}
