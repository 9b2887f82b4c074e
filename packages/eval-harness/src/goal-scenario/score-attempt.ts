import { createHash } from 'node:crypto';
import type { TakenBaseline } from '../scenario/take-baseline.js';
import { compareOutcomes } from '../test-report/compare-outcomes.js';
import { runTests, type TestRun } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { AttemptResult } from './attempt-result.js';
import { isOfTests, runHiddenTests } from './hidden-tests.js';
import type { LoadedGoalScenario } from './load-goal-scenario.js';
import { isOwnTest } from './own-tests.js';

type Causes = AttemptResult['causes'];

/** What the tests say of a patch. */
export interface Score extends Pick<AttemptResult, 'diff' | 'tests' | 'hidden'> {
  readonly causes: Causes;
}

export interface Scoring {
  /** In the state of the commit that the patch is of. */
  readonly workspace: TargetWorkspace;
  readonly baseline: TakenBaseline;
  readonly loaded: LoadedGoalScenario;
  /** Of the work; null where nothing was changed. */
  readonly patch: Uint8Array | null;
  readonly isFinished: boolean;
}

/**
 * Applies the work to a clean copy of the target, and lets the target's own tests and the hidden ones judge it. Work that was not
 * finished is only measured.
 */
export async function scoreAttempt({ workspace, baseline, loaded, patch, isFinished }: Scoring): Promise<Score> {
  const { history } = workspace;
  if (!patch || patch.length === 0) return { diff: null, tests: null, hidden: null, causes: [] };
  const before = await history.save();
  const sha256 = createHash('sha256').update(patch).digest('hex');
  if (!(await history.apply(patch))) {
    const message = 'The diff of the work does not fit the target that it was made of.';
    const diff = { sha256, files: 0, added: 0, removed: 0 };
    return { diff, tests: null, hidden: null, causes: [{ kind: 'does-not-apply', message }] };
  }
  const worked = await history.save();
  const changed = await history.changes(before, worked);
  const sum = (of: 'added' | 'removed'): number => changed.reduce((total, file) => total + file[of], 0);
  const diff = { sha256, files: changed.length, added: sum('added'), removed: sum('removed') };
  if (!isFinished) return { diff, tests: null, hidden: null, causes: [] };

  const came = new Set(await history.files(before));
  const putBack = changed
    .map((file) => file.path)
    .filter((file) => came.has(file) && isOwnTest(file, loaded.scenario.ownTests));
  await history.putBack(before, putBack);
  const own = await judgeByOwnTests(workspace, baseline, putBack);
  // What ran while the own tests did is the work's own code too, and must not tell itself what is to come.
  await workspace.renew(worked);
  const hidden = await runHiddenTests(workspace, loaded);
  return { diff, tests: own.tests, hidden, causes: [...own.causes, ...hiddenCauses(hidden)] };
}

async function judgeByOwnTests(
  workspace: TargetWorkspace,
  { outcomes, unstable, record }: TakenBaseline,
  putBack: readonly string[],
): Promise<{ readonly tests: NonNullable<AttemptResult['tests']>; readonly causes: Causes }> {
  const known = new Set(record.crashes);
  let problem: { readonly kind: 'no-tests-ran' | 'tests-did-not-end'; readonly message: string } | undefined;
  const after: Pick<TestRun, 'outcomes' | 'crashes'> = await runTests(workspace).catch((error: unknown) => {
    if (!isOfTests(error)) throw error;
    problem = {
      kind: error.code === 'eval-no-tests-ran' ? 'no-tests-ran' : 'tests-did-not-end',
      message: error.message,
    };
    return { outcomes: new Map(), crashes: [error.message] };
  });
  const { kept, passedBefore, newlyFailing, missing, newlyPassing } = compareOutcomes(
    outcomes,
    after.outcomes,
    unstable,
  );
  const tests = {
    total: passedBefore,
    kept,
    newlyFailing: [...newlyFailing],
    missing: [...missing],
    newlyPassing: [...newlyPassing],
    crashes: after.crashes.filter((crash) => !known.has(crash)),
    putBack: [...putBack],
  };
  if (problem) return { tests, causes: [problem] };
  const causes: Causes = [];
  if (newlyFailing.length > 0)
    causes.push({
      kind: 'newly-failing',
      message: `${newlyFailing.length} of the target's own tests fail: ${some(newlyFailing)}`,
    });
  if (missing.length > 0)
    causes.push({
      kind: 'missing-tests',
      message: `${missing.length} of the target's own tests did not run: ${tests.crashes[0] ?? some(missing)}`,
    });
  return { tests, causes };
}

function hiddenCauses({ total, failed, missing }: NonNullable<AttemptResult['hidden']>): Causes {
  const lost = [...failed, ...missing];
  if (lost.length === 0) return [];
  return [{ kind: 'hidden-failing', message: `${lost.length} of ${total} hidden tests do not pass: ${some(lost)}` }];
}

const some = (ids: readonly string[]): string =>
  ids
    .slice(0, 3)
    .map((id) => JSON.stringify(id))
    .join(', ') + (ids.length > 3 ? ', …' : '');
