import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '@codex-orch/core';
import { type ExecutedLines, readExecutedLines } from '../line-coverage/executed-lines.js';
import type { Counts } from '../target/target.js';
import { unstableIds } from '../test-report/compare-outcomes.js';
import type { Outcomes } from '../test-report/test-case.js';
import { runTests, type TestRun } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { Baseline } from './pair-result.js';

/** One run says nothing about a test that fails now and then; with three, most of those show. */
const runs = 3;

export interface TakenBaseline {
  readonly outcomes: Outcomes;
  readonly unstable: ReadonlySet<string>;
  /** Undefined where the target says that it cannot be told. */
  readonly executed: ExecutedLines | undefined;
  readonly record: Omit<Baseline, 'preparationMs'>;
}

/** Runs a target's tests as it came. Throws what `runTests` throws. */
export async function takeBaseline(workspace: TargetWorkspace): Promise<TakenBaseline> {
  const { target } = workspace;
  const coverageDir = path.join(workspace.dir, 'coverage');
  const measured = target.noCoverage === undefined ? coverageDir : undefined;
  const taken: TestRun[] = [];
  const litter = new Set<string>();
  for (let run = 0; run < runs; run += 1) {
    // Slower when measured, so the time is told by the others.
    taken.push(await runTests(workspace, run === 0 ? measured : undefined));
    const after = await workspace.history.save();
    for (const { path: file } of await workspace.history.changes(workspace.start, after)) litter.add(file);
    await workspace.history.restore(workspace.start);
  }
  const executed = measured === undefined ? undefined : await readExecutedLines(measured, workspace.tree);
  await removeTree(coverageDir);
  await mkdir(coverageDir);

  const outcomes = taken[0]?.outcomes ?? new Map<string, never>();
  const unstable = unstableIds(taken.map((run) => run.outcomes));
  const counts = countOutcomes(outcomes);
  const { passed, failed, skipped } = target.baseline;
  return {
    outcomes,
    unstable,
    executed,
    record: {
      target: target.name,
      version: target.version,
      licence: target.licence,
      traits: target.traits,
      runs,
      counts,
      asPinned:
        unstable.size > 0 || (counts.passed === passed && counts.failed === failed && counts.skipped === skipped),
      quarantined: [...unstable].sort(),
      litter: [...litter].sort(),
      crashes: [...(taken[0]?.crashes ?? [])],
      durationMs: Math.min(...taken.map((run) => run.durationMs)),
    },
  };
}

function countOutcomes(outcomes: Outcomes): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes.values()) counts[outcome] += 1;
  return counts;
}
