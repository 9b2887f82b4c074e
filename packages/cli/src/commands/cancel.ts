import { isTerminal, ProcessLock } from '@codex-orch/core';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { type CommonFlags, command, printJson } from './command.js';
import { openOrchestrator } from './open-orchestrator.js';
import { openRun } from './open-run.js';

export const cancel = command(async (context, flags: CommonFlags, asked: string): Promise<number> => {
  const { repository, run } = await openRun(context, flags, asked);
  if (isTerminal(run.state.phase))
    throw new RunStateError(run.runId, run.state.phase, 'running', 'A run that has ended cannot be cancelled.');
  await using orchestrator = await openOrchestrator(context, repository);
  await orchestrator.cancel(run);
  const holder = await ProcessLock.holder(`${run.dir}/lock`);
  if (!holder) {
    await orchestrator.resume(run);
    await orchestrator.settled(run);
  }
  if (flags.json) printJson(context, { runId: run.runId, cancelled: true, holder: holder ?? null });
  else
    context.process.stdout.write(
      holder ? `Process ${holder.pid} was asked to cancel run ${run.runId}.\n` : `Run ${run.runId} is cancelled.\n`,
    );
  return exitCode.done;
});
