import {
  awaitsApproval,
  decisionOn,
  type DryRun,
  type IntegrationCandidate,
  type IntegrationProgress,
  type IntegrationRecord,
  type RunOutcome,
  type Whereabouts,
} from '@codex-orch/core/integration';
import { commandsWithoutTests } from '@codex-orch/core';
import type { BranchesAfter } from '../compose/integration/branches-after.js';
import type { CliContext } from '../context.js';
import { counted } from '../print/counted.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { shortLine, visible, visibleLine } from '../print/visible.js';
import { branchName, sayWhere } from '../print/whereabouts.js';
import type { CommonFlags } from './command.js';
import type { LocatedWork } from './integrate-steps.js';
import { repoFlag, selfCommand } from './self-command.js';

const maxGoal = 100;
const maxPlaces = 5;

/** One line of what happens, on standard error. */
export function printProgress(progress: IntegrationProgress, { dim, green, red, yellow }: Palette): string {
  switch (progress.type) {
    case 'started':
      return dim(`builds on ${progress.base.slice(0, 12)}${progress.tries > 1 ? `, try ${progress.tries}` : ''}`);
    case 'decided': {
      const { runId, outcome } = progress.run;
      const paint = outcome === 'integrated' || outcome === 'already-there' ? green : red;
      return `${paint(outcome)} ${runId}`;
    }
    case 'testing':
      return dim(
        progress.runs.length === 0
          ? `test ${progress.number}: what it started from`
          : `test ${progress.number}: ${progress.runs.join(', ')}`,
      );
    case 'tested':
      return `test ${progress.number}: ${progress.passed ? green('green') : red('red')}`;
    case 'base-moved':
      return yellow('the base has moved; building again on it');
  }
}

const goalLine = (goal: string): string => shortLine(goal, maxGoal);

/** How the branches of an integration and its runs stand by now; what its record says may be long past. */
interface IntegrationNow {
  readonly after: BranchesAfter | undefined;
  readonly work: LocatedWork;
}

/** What became of each run, with both sides of a conflict, and what to do next. */
export function printIntegration(
  context: CliContext,
  flags: CommonFlags,
  record: IntegrationRecord,
  dir: string,
  { after, work }: IntegrationNow,
): string {
  const palette = paletteFor(context.process.stdout, context.process.env);
  const { bold, dim, yellow } = palette;
  const self = selfCommand(context);
  const branch = record.branch.replace('refs/heads/', '');
  const lines = ['', ...record.runs.flatMap((run) => runLines(run, work.where.get(run.runId), palette)), ''];
  const base = record.base.commit?.slice(0, 12) ?? '';
  const tests = counted(record.tests.length, 'test run');
  if (record.tip === null)
    lines.push(
      `${bold('Branch')}   ${visibleLine(branch)} was not moved${record.end ? `: ${visibleLine(record.end.message)} [${record.end.code}]` : ''}`,
    );
  else if (record.held === null)
    lines.push(`${bold('Branch')}   ${visibleLine(branch)} at ${record.tip.slice(0, 12)}, on ${base}; ${tests}`);
  else
    lines.push(
      `${bold('Held')}     ${record.tip.slice(0, 12)}, on ${base}, as ${record.held}; ${tests}`,
      decisionOn(record) === 'rejected'
        ? `${bold('Branch')}   ${visibleLine(branch)} does not get it: it was rejected. Drop it: git update-ref -d ${record.held}`
        : `${bold('Branch')}   ${visibleLine(branch)} gets it once you approve it`,
    );
  if (record.end?.hint !== undefined) lines.push(`         ${visibleLine(record.end.hint)}`);
  if (record.tip !== null && record.commands.length === 0) lines.push(yellow('Nothing was tested.'));
  const empty = new Set(record.tests.flatMap(({ report }) => commandsWithoutTests(report)));
  for (const command of empty) lines.push(yellow(`No test ran in ${visibleLine(command)}.`));
  lines.push(`${bold('Record')}   ${visibleLine(dir)}`);
  if (awaitsApproval(record))
    lines.push(
      '',
      yellow('What the merges made is not line for line what was approved. Read it, then decide:'),
      `  git diff ${base} ${record.held ?? visibleLine(branch)}`,
      `  ${self} integrate --approve ${record.id}${repoFlag(flags)}   ${dim('# exactly this; the branch then gets it')}`,
      `  ${self} integrate --reject ${record.id}${repoFlag(flags)}`,
    );
  const taken = after?.isMerged ? undefined : takenBy(record, work);
  const steps =
    after && taken === undefined && !awaitsApproval(record) ? branchSteps(self, flags, record, after, palette) : [];
  steps.unshift(...work.mends);
  const waiting = record.runs.filter(
    ({ outcome, reason }) => outcome === 'not-approved' && reason?.code === 'run-state',
  );
  if (waiting.length > 0)
    steps.unshift(
      ...waiting.map(
        ({ runId }) => `  ${self} runs show ${runId}${repoFlag(flags)}   ${dim('# says what it waits for')}`,
      ),
    );
  const holder = after?.isMerged ? visibleLine(after.base ?? '') : taken;
  if (holder !== undefined) lines.push(`${bold('Merged')}   ${holder} has all of it`);
  if (steps.length > 0) lines.push('', bold('Next'), ...steps);
  return lines.join('\n');
}

/** The branches that have all of what an integration put in, though not its branch; undefined where something is missing. */
function takenBy({ runs }: IntegrationRecord, { where }: LocatedWork): string | undefined {
  const into = new Set<string>();
  for (const { runId, outcome } of runs) {
    if (outcome !== 'integrated') continue;
    const found = where.get(runId);
    if (found?.how !== 'merged' && found?.how !== 'contained') return undefined;
    into.add(branchName(found.into));
  }
  return into.size === 0 ? undefined : [...into].join(' with ');
}

const gitFor = ({ repo }: CommonFlags): string => (repo === undefined ? 'git' : `git -C ${shellWord(repo)}`);

/** How the branch of an integration is merged. */
export function mergeStep(
  flags: CommonFlags,
  { branch }: IntegrationRecord,
  { base, isBaseCheckedOut }: BranchesAfter,
  { dim }: Palette,
): string {
  const git = gitFor(flags);
  const merge = `${isBaseCheckedOut ? '' : `${git} switch ${shellWord(base ?? '')} && `}${git} merge ${shellWord(branch.replace('refs/heads/', ''))}`;
  return `  ${merge}   ${dim(`# puts it into ${visibleLine(base ?? 'your checkout')}`)}`;
}

/** How the branch of an integration is merged, and what is removed after that: nothing deletes a branch but its owner. */
export function branchSteps(
  self: string,
  flags: CommonFlags,
  record: IntegrationRecord,
  after: BranchesAfter,
  palette: Palette,
): string[] {
  const { isMerged, contained, replaced } = after;
  const { dim } = palette;
  const git = gitFor(flags);
  if (isMerged && contained.length + replaced.length === 0) return [];
  return [
    ...(isMerged ? [] : [mergeStep(flags, record, after, palette)]),
    ...(contained.length === 0
      ? []
      : [
          `  ${git} branch -d ${contained.map(shellWord).join(' ')}   ${dim(`# ${isMerged ? '' : 'once it is merged; '}branches stay until you delete them`)}`,
        ]),
    ...(replaced.length === 0
      ? []
      : [
          `  ${git} branch -D ${replaced.map(shellWord).join(' ')}   ${dim('# earlier ones, all of whose runs are in this one')}`,
        ]),
    `  ${self} gc   ${dim('# removes the work trees of what is over and older than 30 days')}`,
  ];
}

function runLines(
  run: RunOutcome,
  where: Whereabouts | undefined,
  { bold, dim, green, red, yellow }: Palette,
): string[] {
  const isIn = run.outcome === 'integrated' || run.outcome === 'already-there';
  const lines = [
    `${(isIn ? green : red)(run.outcome.padEnd(13))} ${run.runId}  ${goalLine(run.goal)}${run.needsApproval ? yellow('  needs approval') : ''}`,
  ];
  if (run.reason) lines.push(`    ${visibleLine(run.reason.message)} ${dim(`[${run.reason.code}]`)}`);
  if (run.guilty.length > 1)
    lines.push(`    green alone, red together with ${run.guilty.filter((id) => id !== run.runId).join(', ')}`);
  if (run.test !== null && run.outcome === 'red') lines.push(`    tests/${run.test}-1.log`);
  if (run.followUp !== null) lines.push(`    goes on as run ${run.followUp}`);
  const since = where && !isIn ? sayWhere(where, run.runId) : undefined;
  if (since !== undefined) lines.push(`    ${green('since then')} ${since}`);
  if (!run.conflict) return lines;
  for (const { runId, goal } of run.conflict.with) lines.push(`    ${bold('against')} ${runId}  ${goalLine(goal)}`);
  if (run.conflict.withBase) lines.push(`    ${bold('against')} what the base has had since the run began`);
  for (const { type, paths, message } of run.conflict.conflicts)
    lines.push(`    ${type}: ${paths.map(visibleLine).join(', ')} ${dim(visibleLine(message))}`);
  for (const { path, text } of run.conflict.places.slice(0, maxPlaces))
    lines.push(
      `    ${bold(visibleLine(path))}`,
      ...visible(text)
        .split('\n')
        .map((line) => `      ${line}`),
    );
  return lines;
}

/** What would be merged. */
export function printDryRun(plan: DryRun, runs: readonly IntegrationCandidate[], palette: Palette): string {
  const { bold, dim, red } = palette;
  const goals = new Map(runs.map(({ runId, goal }) => [runId, goalLine(goal)]));
  const line = (runId: string): string => `  ${runId}  ${goals.get(runId) ?? ''}`;
  const lines = [dim(`on ${plan.start.base.slice(0, 12)}`)];
  for (const [index, batch] of plan.batches.entries())
    lines.push(bold(`Batch ${index + 1}, tested together`), ...batch.map(line));
  if (plan.alreadyThere.length > 0) lines.push(bold('Already there'), ...plan.alreadyThere.map(line));
  for (const { runId, conflict } of plan.conflicts) {
    const against = conflict.with.map((other) => other.runId).concat(conflict.withBase ? ['the base'] : []);
    const paths = [...new Set(conflict.conflicts.flatMap((one) => one.paths))].map(visibleLine).join(', ');
    lines.push(red('Conflict'), line(runId), `    against ${against.join(', ')}: ${paths}`);
  }
  for (const { runId, message } of plan.refused)
    lines.push(red('Not approved'), line(runId), `    ${visibleLine(message)}`);
  if (plan.blocked.length > 0)
    lines.push(
      red('Blocked'),
      ...plan.blocked.map(line),
      '    by a run that each depends on and that does not go in: name that one, too',
    );
  return [...lines, 'Nothing was tested, and no branch was moved.'].join('\n');
}
