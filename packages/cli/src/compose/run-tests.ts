import {
  failsTests,
  type LintReport,
  type OpenTeam,
  type Redactor,
  type ResolvedConfig,
  type RunStore,
  type TestReport,
} from '@codex-orch/core';
import { runTestCommands, type RunTests, type TestLaunch } from '@codex-orch/roles';
import type { CodexRuntime } from './codex-runtime.js';
import { lintDiff } from './lint/lint-diff.js';
import { openTestLauncher } from './test-launcher.js';
import { inTestPlace } from './test-places.js';

export interface RunTestsParts {
  readonly config: ResolvedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly codex: CodexRuntime;
  readonly redactor: Redactor;
}

type Launch = (command: readonly string[]) => Promise<TestLaunch>;

/** The number of the next test run. One that was cut off left logs that nobody recorded; the next one writes over them. */
function nextTestRun({ state }: RunStore): number {
  const recorded = [...state.artifacts.keys()].map((file) => Number(/^tests\/(\d+)-/.exec(file)?.[1] ?? 0));
  return 1 + Math.max(0, ...recorded);
}

/** A report with what lint rules say, which can fail tests that passed. */
function withLint(report: TestReport, lint: LintReport | undefined): TestReport {
  if (!lint) return report;
  if (!failsTests(lint)) return { ...report, lint };
  const why =
    lint.error ??
    `There are ${lint.newCount} new findings of lint rules, and tests.lint is "fail" for this repository.`;
  return { ...report, passed: false, reason: report.reason === null ? why : `${report.reason} ${why}`, lint };
}

/** The tester's work: the test commands, then the lint rules over what was changed, both in the same sandbox. */
export const testsOf =
  (parts: RunTestsParts, opened: OpenTeam): RunTests =>
  (step) =>
    inTestPlace(step.signal, () => test(parts, opened, step));

async function test(
  { config, env, codex, redactor }: RunTestsParts,
  { workspace, store, preflight, currentTree }: OpenTeam,
  { signal, attempt }: Parameters<RunTests>[0],
): Promise<TestReport> {
  // A test run that was cut off may have left anything behind.
  if (attempt > 1) await workspace.restore(currentTree(), { signal });
  const launch: Launch = await openTestLauncher({ config, codex, env, workspace });
  const report = await runTestCommands({
    cwd: workspace.tree,
    commands: preflight.testCommands,
    filter: () => redactor.byteStream(),
    launch,
    timeoutMs: config.tests.timeoutSeconds * 1000,
    runDir: store.dir,
    logPrefix: `tests/${nextTestRun(store)}`,
    signal,
  });
  // What tests leave behind is not the builder's work.
  await workspace.restore(currentTree(), { signal });
  const { diff } = store.state;
  const mode = config.tests.lint;
  if (mode === 'off' || !diff) return report;
  return withLint(report, await lintDiff({ runner: codex.linter, workspace, diff, mode, signal }));
}
