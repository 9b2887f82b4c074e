import path from 'node:path';
import {
  findTracked,
  isTerminal,
  type Manifest,
  OrchError,
  ProcessLock,
  readRun,
  type RunLocation,
  type RunRecord,
  verifyRun,
} from '@codex-orch/core';
import { readNote, runLayout } from '../compose/noted-runs.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { printEvent } from '../print/print-event.js';
import { goalLines, goalTitle } from '../print/goal-text.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { reportRun } from './drive-run.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';
import { findRun, openRun, repositoryOf } from './open-run.js';
import { queueFlags } from './remote-flags.js';
import { repoFlag, selfCommand } from './self-command.js';

/** What a run does at this moment. `stopped`: it is not at its end, and no process works on it. */
type Activity = 'running' | 'waiting' | 'stopped' | 'ended';

/** A run in a list. */
interface Row extends Pick<Manifest, 'runId' | 'taskId' | 'state' | 'goal' | 'createdAt'> {
  /** Null where it cannot be known. */
  readonly activity: Activity | null;
  readonly problem?: string;
}

const activityOf = async ({ dir, state, manifest }: RunRecord): Promise<Activity> => {
  if (isTerminal(state.phase)) return 'ended';
  if (manifest.state === 'awaiting-approval' || manifest.elevations.length > 0) return 'waiting';
  return (await isHeld(dir)) ? 'running' : 'stopped';
};

const isHeld = async (dir: string): Promise<boolean> =>
  (await ProcessLock.holder(path.join(dir, 'lock'))) !== undefined;

async function rowOf(location: RunLocation, refused: OrchError | undefined): Promise<Row> {
  const unread = { ...location, goal: '', createdAt: '', activity: null };
  if (refused) return { ...unread, state: 'tracked', problem: refused.message };
  try {
    const run = await readRun(location);
    if (run) return { ...run.manifest, activity: await activityOf(run) };
    return { ...unread, state: 'empty', activity: (await isHeld(location.dir)) ? 'running' : 'stopped' };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return { ...unread, state: 'damaged', problem: error.message };
  }
}

export const list = command(async (context, flags: CommonFlags): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const locations = await runLayout(context.process.env, repository.root).locations();
  const tracked = await findTracked(repository, locations);
  const rows: Row[] = [];
  for (const location of locations) rows.push(await rowOf(location, tracked.get(location.dir)));
  if (flags.json) {
    printJson(
      context,
      rows.map(({ runId, taskId, state, activity, goal, createdAt, problem }) => ({
        runId,
        taskId,
        state,
        activity,
        goal,
        createdAt,
        ...(problem === undefined ? {} : { problem }),
      })),
    );
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { dim, yellow } = paletteFor(stdout, env);
  const self = selfCommand(context);
  if (rows.length === 0)
    stdout.write(`No runs in ${repository.root} yet. Start one with: ${self} run "<goal>"${repoFlag(flags)}\n`);
  for (const { runId, state, activity, goal, createdAt, problem } of rows) {
    const isWhole = activity === null || activity === 'ended' || state === 'awaiting-approval';
    const stands = (isWhole ? state : `${state} (${activity})`).padEnd(19);
    stdout.write(
      `${runId}  ${activity === 'stopped' ? yellow(stands) : stands}  ${dim(createdAt.slice(0, 16).padEnd(16))}  ${problem === undefined ? goalTitle(goal).slice(0, 90) : visibleLine(problem).slice(0, 90)}\n`,
    );
    if (activity !== 'stopped') continue;
    const note = await readNote(env, runId);
    // One that was made elsewhere is not gone on with here.
    if (!note) continue;
    const how = note.givenUp
      ? 'gc gave it up, and removed its work tree'
      : note.queue === undefined
        ? `go on with: ${self} resume ${runId}${repoFlag(flags)}`
        : `of the queue of ${note.queue}: ${self} goals status${queueFlags(context, { json: false })}`;
    stdout.write(`${dim(`  ${how}`)}\n`);
  }
  return exitCode.done;
});

export const show = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const { run } = await openRun(context, flags, asked);
  const palette = paletteFor(context.process.stdout, context.process.env);
  if (flags.json) {
    printJson(context, run.manifest);
    return exitCode.done;
  }
  const [title = '', ...rest] = goalLines(run.manifest.goal);
  context.process.stdout.write(`${palette.bold('Goal')}     ${title}\n`);
  for (const line of rest) context.process.stdout.write(`         ${line}\n`);
  for (const { type, data, at } of run.lines) {
    for (const line of printEvent({ event: { type, data } as never }, palette))
      context.process.stdout.write(`${palette.dim(at.slice(11, 19))} ${line}\n`);
  }
  await reportRun(context, flags, run, { isShown: true });
  return exitCode.done;
});

export const verify = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const location = await findRun(context, repository, asked);
  const notary = openNotary(context, repository, await userConfigFor(context));
  const problems = await verifyRun(location, {
    signatures: notary.signatures,
    anchors: await notary.anchors(location.runId),
  });
  if (flags.json) printJson(context, { runId: location.runId, intact: problems.length === 0, problems });
  else if (problems.length === 0) context.process.stdout.write(`Run ${location.runId} is intact.\n`);
  for (const { file, line, message } of flags.json ? [] : problems) {
    context.process.stdout.write(
      `${visibleLine(path.relative(location.dir, file))}${line === undefined ? '' : `:${line}`} ${visibleLine(message)}\n`,
    );
  }
  return problems.length === 0 ? exitCode.done : exitCode.failed;
});
