import { openRepository, probeRepository, readStart, trackedFiles } from '@codex-orch/core';
import { type GoalsPlan, parseGoalsFile, planGoals, type TaskExecution } from '@codex-orch/core/goals';
import { findTask } from '@codex-orch/spec-guard';
import path from 'node:path';
import type { CliContext } from '../context.js';
import { BadFlagsError, UnreadableFileError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { configFor } from './open-orchestrator.js';
import { registryOf } from './spec.js';
import { readRegistry } from './spec-checkout.js';

export interface GoalsFlags extends CommonFlags {
  readonly concurrency?: number | undefined;
}

/** How many overlaps are named before the rest is only counted. */
const shownOverlaps = 50;

const maxBytes = 4 * 1024 * 1024;

export const plan = command(async (context, flags: GoalsFlags, name: string): Promise<number> => {
  const { concurrency = 2 } = flags;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
    throw new BadFlagsError('--concurrency has to be a whole number from 1 to 1000.');
  const file = parseGoalsFile(name, await readText(context, name));
  const repository = await openRepository(folderOf(context, flags));
  const wanted = [...new Set(file.goals.flatMap(({ task }) => (task === undefined ? [] : [task])))];
  const planned = planGoals(file, {
    config: await configFor(context, repository),
    concurrency,
    tasks: await executionOf(repository.root, wanted),
    tracked: file.goals.some(({ paths }) => paths !== undefined) ? await trackedFiles(repository) : [],
  });
  if (flags.json) printJson(context, planned);
  else print(context, planned);
  return exitCode.done;
});

async function readText({ process }: CliContext, name: string): Promise<string> {
  try {
    const { bytes, size } = await readStart(path.resolve(process.cwd(), name), { maxBytes, followLinks: true });
    if (size > bytes.length) throw new Error(`it has ${size} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    throw new UnreadableFileError(name, error);
  }
}

/** What the registry says of tasks. Throws where a goal names a task that it does not have. */
async function executionOf(root: string, ids: readonly string[]): Promise<Map<string, TaskExecution>> {
  if (ids.length === 0) return new Map();
  const registry = registryOf(await readRegistry(await probeRepository(root)));
  return new Map(
    ids.map((id) => {
      const { parallel, requires_cloud: requiresCloud } = findTask(registry, id).execution ?? {};
      return [id, { parallel, requiresCloud }];
    }),
  );
}

function print(
  { process: { stdout, env } }: CliContext,
  { goals, overlaps, budget, concurrency, sha256 }: GoalsPlan,
): void {
  const { bold, dim, yellow } = paletteFor(stdout, env);
  const width = Math.max(...goals.map(({ id }) => id.length));
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
    branch,
    sandbox,
    approvalPolicy,
    budget: own,
  } of goals) {
    const place = lane === null ? 'cloud' : `lane ${lane}`;
    stdout.write(`${String(order).padStart(3)}  ${bold(id.padEnd(width))}  ${place.padEnd(8)} ${visibleLine(goal)}\n`);
    const details = [
      `${mode}: ${why}`,
      ...(environment === null ? [] : [`environment ${environment}`]),
      ...(attempts === 1 ? [] : [counted(attempts, 'attempt')]),
      ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
      `branch ${branch}`,
      `sandbox ${sandbox}`,
      `approvals ${approvalPolicy}`,
      `at most ${own.tokens.toLocaleString('en')} tokens, ${own.turns} turns, ${own.minutes} min`,
    ];
    stdout.write(`     ${dim(visibleLine(details.join(' · ')))}\n`);
  }
  for (const {
    goals: [one, other],
    paths,
    total,
    isOrdered,
  } of overlaps.slice(0, shownOverlaps)) {
    const what =
      total === 0
        ? 'places that are yet to be made'
        : `${paths.map(visibleLine).join(', ')}${total > paths.length ? ` and ${total - paths.length} more` : ''}`;
    stdout.write(
      `${isOrdered ? dim('overlap') : yellow('overlap')} ${one} and ${other}: ${what}${isOrdered ? ' (one waits for the other)' : ''}\n`,
    );
  }
  if (overlaps.length > shownOverlaps)
    stdout.write(dim(`and ${overlaps.length - shownOverlaps} more overlaps; --json tells all\n`));
  stdout.write(
    `${bold(counted(goals.length, 'goal'))}, ${concurrency} at a time on this machine: at most ${budget.tokens.toLocaleString('en')} tokens, ${budget.turns} turns, ${budget.minutes} min. Nothing was started.\n${dim(`Plan ${sha256}`)}\n`,
  );
}
