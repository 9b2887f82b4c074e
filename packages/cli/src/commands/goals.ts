import type { GoalsPlan } from '@codex-orch/core/goals';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import { type GoalsFlags, type LoadedPlan, loadPlan } from './goals-plan.js';
import { repoFlag, selfCommand } from './self-command.js';

/** How many overlaps are named before the rest is only counted. */
const shownOverlaps = 50;

export const plan = command(async (context, flags: GoalsFlags, name: string): Promise<number> => {
  const loaded = await loadPlan(context, flags, name);
  if (flags.json) printJson(context, { base: loaded.repository.head, ...loaded.plan });
  else print(context, flags, name, loaded);
  return exitCode.done;
});

/** What to type once the plan is as it should be. */
function nextSteps(
  context: CliContext,
  flags: GoalsFlags,
  name: string,
  { goals }: GoalsPlan,
  { dim }: Palette,
): readonly string[] {
  const step = (verb: string, more: string, what: string): string =>
    `  ${selfCommand(context)} goals ${verb} ${shellWord(name)}${more}${repoFlag(flags)}   ${dim(`# ${what}`)}`;
  const lanes = flags.concurrency === undefined ? '' : ` --concurrency ${flags.concurrency}`;
  return [
    ...(goals.some(({ mode }) => mode === 'cloud')
      ? [step('approve', '', 'records that you approve exactly this plan; Codex Cloud wants it')]
      : []),
    step('run', lanes, 'begins them'),
  ];
}

function print(
  context: CliContext,
  flags: GoalsFlags,
  name: string,
  { plan, config, repository: { head } }: LoadedPlan,
): void {
  const { stdout, env } = context.process;
  const { goals, overlaps, warnings, budget, concurrency, sha256 } = plan;
  const palette = paletteFor(stdout, env);
  const { bold, dim, yellow } = palette;
  const width = Math.max(...goals.map(({ id }) => id.length));
  stdout.write(
    dim(
      `From ${visibleLine(head.branch ?? 'detached HEAD')} @ ${head.commit.slice(0, 12)}; a goal that waits for others starts from their work.\n`,
    ),
  );
  for (const {
    order,
    id,
    lane,
    mode,
    why,
    goal,
    after,
    environment,
    attempts,
    sandbox,
    approvalPolicy,
    budget: own,
  } of goals) {
    const place = lane === null ? 'cloud' : `lane ${lane}`;
    stdout.write(`${String(order).padStart(3)}  ${bold(id.padEnd(width))}  ${place.padEnd(8)} ${visibleLine(goal)}\n`);
    const details = [
      `${mode}: ${why}`,
      ...(mode === 'cloud' ? [`environment ${environment ?? 'unknown: name one'}`] : []),
      ...(attempts === 1 ? [] : [counted(attempts, 'attempt')]),
      ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
      ...(sandbox === null ? [] : [`sandbox ${sandbox}`]),
      ...(approvalPolicy === null ? [] : [`approvals ${approvalPolicy}`]),
      mode === 'cloud'
        ? `at most ${config.cloud.timeoutMinutes} min for a task; its tokens are not told`
        : `at most ${own.tokens.toLocaleString('en')} tokens, ${own.turns} turns, ${own.minutes} min`,
    ];
    stdout.write(`     ${dim(visibleLine(details.join(' · ')))}\n`);
  }
  for (const {
    goals: [one, other],
    paths,
    total,
    patterns,
    isOrdered,
  } of overlaps.slice(0, shownOverlaps)) {
    const what =
      total === 0
        ? `${patterns.map(visibleLine).join(', ')}, where no file is yet`
        : `${paths.map(visibleLine).join(', ')}${total > paths.length ? ` and ${total - paths.length} more` : ''}`;
    stdout.write(
      `${isOrdered ? dim('overlap') : yellow('overlap')} ${one} and ${other}: ${what}${isOrdered ? ' (one waits for the other)' : ''}\n`,
    );
  }
  for (const warning of warnings) stdout.write(`${yellow('warning')} ${visibleLine(warning)}\n`);
  if (overlaps.length > shownOverlaps)
    stdout.write(dim(`and ${overlaps.length - shownOverlaps} more overlaps; --json tells all\n`));
  stdout.write(
    `${bold(counted(goals.length, 'goal'))}, ${concurrency} at a time on this machine: at most ${budget.tokens.toLocaleString('en')} tokens, ${budget.turns} turns, ${budget.minutes} min. Nothing was started.\n${dim(`Plan ${sha256}`)}\n`,
  );
  stdout.write(`\n${bold('Next')}\n${nextSteps(context, flags, name, plan, palette).join('\n')}\n`);
}
