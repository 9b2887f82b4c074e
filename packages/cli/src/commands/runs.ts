import path from 'node:path';
import { findTracked, type Manifest, OrchError, readRun, RunLayout, verifyRun } from '@codex-orch/core';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { printEvent } from '../print/print-event.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { reportRun } from './drive-run.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';
import { findRun, openRun, repositoryOf } from './open-run.js';

export const list = command(async (context, flags: CommonFlags): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const rows: (Pick<Manifest, 'runId' | 'taskId' | 'state' | 'goal' | 'createdAt'> & { readonly problem?: string })[] =
    [];
  const locations = await new RunLayout(repository.root).locations();
  const tracked = await findTracked(repository, locations);
  for (const location of locations) {
    try {
      const refused = tracked.get(location.dir);
      if (refused) {
        rows.push({ ...location, state: 'tracked', goal: '', createdAt: '', problem: refused.message });
        continue;
      }
      const run = await readRun(location);
      if (run) rows.push(run.manifest);
      else rows.push({ ...location, state: 'empty', goal: '', createdAt: '' });
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      rows.push({ ...location, state: 'damaged', goal: '', createdAt: '', problem: error.message });
    }
  }
  if (flags.json) {
    printJson(
      context,
      rows.map(({ runId, taskId, state, goal, createdAt, problem }) => ({
        runId,
        taskId,
        state,
        goal,
        createdAt,
        ...(problem === undefined ? {} : { problem }),
      })),
    );
    return exitCode.done;
  }
  const { dim } = paletteFor(context.process.stdout, context.process.env);
  if (rows.length === 0)
    context.process.stdout.write(`No runs in ${repository.root} yet. Start one with: codex-orch run "<goal>"\n`);
  for (const { runId, state, goal, createdAt, problem } of rows) {
    context.process.stdout.write(
      `${runId}  ${state.padEnd(17)}  ${dim(createdAt.slice(0, 16).padEnd(16))}  ${visibleLine(problem ?? goal).slice(0, 90)}\n`,
    );
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
  context.process.stdout.write(`${palette.bold('Goal')}     ${visibleLine(run.manifest.goal)}\n`);
  for (const { type, data, at } of run.lines) {
    for (const line of printEvent({ event: { type, data } as never }, palette))
      context.process.stdout.write(`${palette.dim(at.slice(11, 19))} ${line}\n`);
  }
  await reportRun(context, flags, run);
  return exitCode.done;
});

export const verify = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const location = await findRun(repository, asked);
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
