import { constants } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PathEscapesError, removeTree, resolveInside } from '@codex-orch/core';
import { filesOf } from '../target/hash-tree.js';
import { NoTestsRanError, TestsTimedOutError, TestsTooLoudError } from '../workspace/errors.js';
import { runTests, type TestRun } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { AttemptResult } from './attempt-result.js';
import type { LoadedGoalScenario } from './load-goal-scenario.js';

type Hidden = NonNullable<AttemptResult['hidden']>;

/** Lays the hidden tests over the workspace as it is, and runs them. Tests that keep all from running fail all. */
export async function runHiddenTests(
  workspace: TargetWorkspace,
  { hiddenDir, scenario: { hidden } }: LoadedGoalScenario,
): Promise<Hidden> {
  const { target, tree } = workspace;
  const isLaid = await layOver(hiddenDir, tree);
  const { outcomes } = isLaid
    ? await runTests({
        target: { ...target, tests: hidden.tests },
        tree,
        run: (command, env) => workspace.run(command, env),
      }).catch((error: unknown) => {
        if (isOfTests(error)) return nothing;
        throw error;
      })
    : nothing;
  // What runs beside the tests that are named judges too.
  const ids = [...new Set([...hidden.ids, ...outcomes.keys()])];
  const failed = ids.filter((id) => outcomes.get(id) === 'failed');
  const missing = ids.filter((id) => outcomes.get(id) !== 'failed' && outcomes.get(id) !== 'passed');
  return { total: ids.length, passed: ids.length - failed.length - missing.length, failed, missing };
}

const nothing: Pick<TestRun, 'outcomes'> = { outcomes: new Map() };

/** False where the work put links in the way that lead out of the target: nothing is written through those. */
async function layOver(from: string, tree: string): Promise<boolean> {
  try {
    for (const file of await filesOf(from)) {
      const place = await resolveInside(tree, file);
      await removeTree(place);
      await mkdir(path.dirname(place), { recursive: true });
      await cp(path.join(from, file), place, { mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file may stand where a folder is needed.
    if (error instanceof PathEscapesError || code === 'ENOTDIR' || code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the tests themselves are what went wrong, which is an answer too. */
export const isOfTests = (error: unknown): error is NoTestsRanError | TestsTimedOutError | TestsTooLoudError =>
  error instanceof NoTestsRanError || error instanceof TestsTimedOutError || error instanceof TestsTooLoudError;
