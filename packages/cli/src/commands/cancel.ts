import { isTerminal, LockedError, ProcessLock, readIdentity, readRun } from '@codex-orch/core';
import { endHeldCodex } from '../compose/codex-runtime.js';
import { assertOfNoQueue } from '../compose/noted-runs.js';
import { codexHomeDir } from '../compose/orch-home.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { type CommonFlags, command, printJson } from './command.js';
import { openNotary, openOrchestrator, userConfigFor } from './open-orchestrator.js';
import { openRun } from './open-run.js';

export const cancel = command(async (context, flags: CommonFlags, asked: string): Promise<number> => {
  const { repository, run } = await openRun(context, flags, asked);
  if (isTerminal(run.state.phase))
    throw new RunStateError(run.runId, run.state.phase, 'running', 'A run that has ended cannot be cancelled.');
  await assertOfNoQueue(context.process.env, run);
  // Nothing of the repository is needed to end a run, and its file may be broken.
  const config = await userConfigFor(context);
  await using orchestrator = openOrchestrator(context, repository, config);
  const { name, email } = await readIdentity(repository.root, context.process.env);
  const notary = openNotary(context, repository, config);
  await notary.recorded(`human:${email || name}`, { action: 'cancel', runId: run.runId, subject: null }, () =>
    orchestrator.cancel(run),
  );
  const holder = await ProcessLock.holder(`${run.dir}/lock`);
  if (holder) {
    if (flags.json) printJson(context, { runId: run.runId, cancelled: false, asked: true, holder });
    else context.process.stdout.write(`Process ${holder.pid} was asked to cancel run ${run.runId}.\n`);
    return exitCode.done;
  }
  try {
    await orchestrator.resume(run);
    await orchestrator.settled(run);
  } catch (error) {
    // Whoever took the run in the meantime finds the wish in its mailbox.
    if (!(error instanceof LockedError)) throw error;
  }
  const state = (await readRun(run))?.manifest.state ?? 'empty';
  const isCancelled = state === 'cancelled';
  const { syncAfterRun } = await import('./cloud-sync.js');
  await syncAfterRun(context, flags, run);
  // No turn waits for an answer any more.
  if (isCancelled) await endHeldCodex(codexHomeDir(context.process.env, run.runId));
  if (flags.json) printJson(context, { runId: run.runId, cancelled: isCancelled, state, holder: null });
  else context.process.stdout.write(`Run ${run.runId} is ${isCancelled ? '' : 'not cancelled, but '}${state}.\n`);
  return isCancelled ? exitCode.done : exitCode.failed;
});
