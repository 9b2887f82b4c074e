import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '@codex-orch/core';
import { type CheckFinding, type CheckName, checkNames } from '../code-check/code-check.js';
import { runCodeCheck } from '../code-check/run-code-check.js';
import { type ExecutedLines, readExecutedLines } from '../line-coverage/executed-lines.js';
import type { Counts } from '../target/target.js';
import { unstableIds } from '../test-report/compare-outcomes.js';
import type { Outcomes } from '../test-report/test-case.js';
import { runTests, type TestRun } from '../workspace/run-tests.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import { measured } from '../workspace/watch-usage.js';
import type { Baseline } from './pair-result.js';

/** One run says nothing about a test that fails now and then; with three, most of those show. */
const runs = 3;

export interface TakenBaseline {
  readonly outcomes: Outcomes;
  readonly unstable: ReadonlySet<string>;
  /** Undefined where the target says that it cannot be told. */
  readonly executed: ExecutedLines | undefined;
  /** What the checks that the target has report. */
  readonly findings: Findings;
  readonly record: Omit<Baseline, 'preparationMs'>;
  /** What taking it cost; undefined for one that was taken earlier. */
  readonly cost?: BaselineCost | undefined;
}

/** Milliseconds. */
export interface BaselineCost {
  readonly tests: number;
  readonly checks: number;
  readonly testsCpu: number;
  readonly checksCpu: number;
}

export type Findings = Readonly<Partial<Record<CheckName, readonly CheckFinding[]>>>;

/** Runs a target's tests and checks as it came. Throws what `runTests` and `runCodeCheck` throw. */
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
  const checked = await checkAll(workspace);
  await workspace.history.restore(workspace.start);

  const outcomes = taken[0]?.outcomes ?? new Map<string, never>();
  const unstable = unstableIds(taken.map((run) => run.outcomes));
  const counts = countOutcomes(outcomes);
  const checkRecord = (name: CheckName): Baseline['lint'] => {
    const one = checked.get(name);
    return one ? { findings: one.value.length, durationMs: one.durationMs } : null;
  };
  const { passed, failed, skipped } = target.baseline;
  return {
    outcomes,
    unstable,
    executed,
    findings: Object.fromEntries([...checked].map(([name, { value }]) => [name, value])),
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
      peakBytes: largest(taken.map(({ usage }) => usage?.peakBytes)),
      lint: checkRecord('lint'),
      typecheck: checkRecord('typecheck'),
    },
    cost: {
      tests: sum(taken.map((run) => run.durationMs)),
      testsCpu: sum(taken.map(({ usage }) => usage?.cpuMs ?? 0)),
      checks: sum([...checked.values()].map(({ durationMs }) => durationMs)),
      checksCpu: sum([...checked.values()].map(({ usage }) => usage?.cpuMs ?? 0)),
    },
  };
}

type Checked = Awaited<ReturnType<typeof measured<readonly CheckFinding[]>>>;

/** Once is enough: a tool that reads files says the same of the same files. */
async function checkAll(workspace: TargetWorkspace): Promise<ReadonlyMap<CheckName, Checked>> {
  const checked = new Map<CheckName, Checked>();
  for (const name of checkNames) {
    const check = workspace.target[name];
    if (check) checked.set(name, await measured(workspace.tree, () => runCodeCheck(workspace, check)));
  }
  return checked;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const largest = (numbers: readonly (number | undefined)[]): number | null => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? null : Math.max(...known);
};

function countOutcomes(outcomes: Outcomes): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes.values()) counts[outcome] += 1;
  return counts;
}
