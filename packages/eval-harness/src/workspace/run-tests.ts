import path from 'node:path';
import { NoTestsRanError, TestsTimedOutError, TestsTooLoudError } from './errors.js';
import { filesOf } from '../target/hash-tree.js';
import type { TestCommand } from '../target/target.js';
import { TestReportError } from '../test-report/errors.js';
import { parseReport } from '../test-report/parse-report.js';
import { type Outcome, outcomesById, type Outcomes } from '../test-report/test-case.js';
import type { TargetWorkspace } from './target-workspace.js';
import { measured, type Usage } from './watch-usage.js';

export interface TestRun {
  readonly outcomes: Outcomes;
  readonly durationMs: number;
  /** Commands that left no report, with the end of what they printed. */
  readonly crashes: readonly string[];
  /** What the commands printed, each after its own words. */
  readonly output: Buffer;
  /** Undefined where the system does not tell. */
  readonly usage: Usage | undefined;
}

/** What of a workspace its tests need. */
export type TestedTree = Pick<TargetWorkspace, 'target' | 'tree' | 'run'>;

/**
 * Runs the tests of a target as its pin says. What a command that crashes would have told is missing from the outcomes.
 *
 * @param coverageDir where V8 writes what was executed
 * Throws `TestsTimedOutError` and `TestsTooLoudError`, and `NoTestsRanError` where not one test ran.
 */
export async function runTests(workspace: TestedTree, coverageDir?: string): Promise<TestRun> {
  const { value, ...cost } = await measured(workspace.tree, () => runAll(workspace, coverageDir));
  return { ...value, ...cost };
}

async function runAll(
  workspace: TestedTree,
  coverageDir: string | undefined,
): Promise<Omit<TestRun, 'durationMs' | 'usage'>> {
  const { target, tree } = workspace;
  const outcomes = new Map<string, Outcome>();
  const crashes: string[] = [];
  const printed: Buffer[] = [];
  for (const [index, test] of target.tests.entries()) {
    for (const { command, file } of await commandsOf(test, tree)) {
      const result = await workspace.run(command, coverageDir === undefined ? {} : { NODE_V8_COVERAGE: coverageDir });
      printed.push(Buffer.from(`$ ${command.join(' ')}\n`), result.stdout, result.stderr, Buffer.from('\n'));
      if (result.timedOut) throw new TestsTimedOutError(command, target.timeoutSeconds);
      if (result.truncated) throw new TestsTooLoudError(command, result.stdout.length);
      try {
        // A name may hold a stack trace, and the next evaluation has its folders elsewhere.
        const cases = parseReport(test.reporter, result.stdout.toString('utf8'), tree).map((each) => ({
          ...each,
          name: each.name.replaceAll(tree, '.'),
        }));
        const prefix = file === undefined ? (index === 0 ? '' : `[${index + 1}] `) : `${file} > `;
        for (const [id, outcome] of outcomesById(cases, prefix)) outcomes.set(id, outcome);
      } catch (error) {
        if (!(error instanceof TestReportError)) throw error;
        crashes.push(`${command.join(' ')}: ${lastLines(result.stderr.toString('utf8')) || error.message}`);
      }
    }
  }
  if (outcomes.size === 0) throw new NoTestsRanError(target.name, crashes[0] ?? 'its report names none.');
  return { outcomes, crashes, output: Buffer.concat(printed) };
}

/** The end of a stack trace says where Node stood; its first lines say what happened. */
const lastLines = (text: string): string => {
  const lines = text.trim().split('\n');
  const thrown = lines.find((line) => /^\s*(?:\w*Error)\b.*:/.test(line));
  return (thrown ?? lines.slice(-3).join(' ')).trim().slice(0, 500);
};

/** All commands that the tests of a target consist of, in their order. */
export async function testCommandsOf({ target, tree }: Pick<TestedTree, 'target' | 'tree'>): Promise<string[][]> {
  const commands = await Promise.all(target.tests.map((test) => commandsOf(test, tree)));
  return commands.flat().map(({ command }) => [...command]);
}

interface Command {
  readonly command: readonly string[];
  /** Where the command is run for this file alone, so that its tests are told from those of other files. */
  readonly file: string | undefined;
}

async function commandsOf({ command, each }: TestCommand, tree: string): Promise<Command[]> {
  if (!each) return [{ command, file: undefined }];
  const files = await eachFile(tree, each);
  if (command.includes('{files}'))
    return [{ command: command.flatMap((word) => (word === '{files}' ? files : [word])), file: undefined }];
  return files.map((file) => ({ command: command.map((word) => word.replaceAll('{file}', file)), file }));
}

async function eachFile(tree: string, sets: NonNullable<TestCommand['each']>): Promise<string[]> {
  const files = await filesOf(tree, ['node_modules', '.git', '.runs']);
  return sets.flatMap(({ folder, endsWith, recursive, except }) =>
    files.filter(
      (file) =>
        file.startsWith(`${folder}/`) &&
        file.endsWith(endsWith) &&
        (recursive || path.posix.dirname(file) === folder) &&
        !except.includes(path.posix.basename(file)),
    ),
  );
}
