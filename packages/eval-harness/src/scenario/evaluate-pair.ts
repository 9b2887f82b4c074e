import type { Application, EvaluatedAsset } from '../asset/asset.js';
import { compareOutcomes, type OutcomeComparison } from '../test-report/compare-outcomes.js';
import { NoTestsRanError } from '../workspace/errors.js';
import { runTests } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { ChangedLines } from '../workspace/tree-history.js';
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
  readonly signal?: AbortSignal | undefined;
}

/** Applies one asset to one target, takes it back, applies it again, and has the target's own tests judge. */
export async function evaluatePair(options: PairOptions): Promise<PairResult> {
  const { workspace, baseline, asset, signal } = options;
  const { history, tree, start } = workspace;
  const started = performance.now();
  await history.restore(start);

  const files = await workspace.sources();
  const applying = performance.now();
  const application = await asset.apply(tree, files, signal);
  await using _left = { [Symbol.asyncDispose]: async () => application.close?.() };
  const applyMs = performance.now() - applying;
  const applied = await history.save();
  const changed = await history.changes(start, applied);
  const parsing = await checkParsing(
    tree,
    changed.map((file) => file.path),
    signal,
  );

  const isUntouched = applied === start;
  // The control turns its own change back when it runs twice.
  const again = isUntouched || asset.kind === 'control' ? applied : await applyAgain(options, files);
  const idempotent = again === applied;
  if (!idempotent) await history.restore(applied);
  const rollbackExact = isUntouched || (await rollsBack(workspace, application, applied));

  const testing = performance.now();
  if (!isUntouched) await history.restore(applied);
  const tests = isUntouched ? untouched(baseline) : await testAfter(workspace, baseline);
  const testsMs = tests.ran ? performance.now() - testing : 0;

  const instable = idempotent ? [] : await history.changes(applied, again);
  const measures = {
    files: {
      considered: files.length,
      matched: application.matched,
      changed: changed.length,
      failed: [...application.failed],
      unparsable: [...parsing.broken],
    },
    changes: application.changes,
    declined: [...application.declined],
    findings: application.findings ?? null,
    appliedCleanly: shareOfClean(application, changed, [...parsing.broken, ...instable]),
    churn: churnOf(application, changed),
    editedLines: editedLines(workspace, baseline, changed),
    idempotent,
    rollbackExact,
    tests,
  };
  const causes = judge(asset, measures, options.thresholds);
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
    durationsMs: { apply: applyMs, tests: testsMs, total: performance.now() - started },
  };
}

async function applyAgain({ workspace, asset, signal }: PairOptions, files: readonly string[]): Promise<string> {
  await asset.apply(workspace.tree, files, signal);
  return workspace.history.save();
}

async function rollsBack(workspace: TargetWorkspace, application: Application, applied: string): Promise<boolean> {
  if (application.rollback) await application.rollback();
  else await workspace.history.reverse(workspace.start, applied);
  return (await workspace.hash()) === workspace.startHash;
}

type TestsAfter = PairResult['tests'];

function untouched({ outcomes, unstable }: TakenBaseline): TestsAfter {
  const { kept, passedBefore } = compareOutcomes(outcomes, outcomes, unstable);
  return { ran: false, total: passedBefore, kept, newlyFailing: [], missing: [], newlyPassing: [], crashes: [] };
}

async function testAfter(
  workspace: TargetWorkspace,
  { outcomes, unstable, record }: TakenBaseline,
): Promise<TestsAfter> {
  const known = new Set(record.crashes);
  const report = (comparison: OutcomeComparison, crashes: readonly string[]): TestsAfter => ({
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
    return report(compareOutcomes(outcomes, after.outcomes, unstable), after.crashes);
  } catch (error) {
    // A change that keeps every test from running has broken every test.
    if (!(error instanceof NoTestsRanError)) throw error;
    return report(compareOutcomes(outcomes, new Map(), unstable), [error.message]);
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

function churnOf({ changes }: Application, changed: readonly ChangedLines[]): PairResult['churn'] {
  const sum = (of: 'added' | 'removed'): number => changed.reduce((total, file) => total + file[of], 0);
  const added = sum('added');
  return { added, removed: sum('removed'), linesPerChange: changes === 0 ? null : added / changes };
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
