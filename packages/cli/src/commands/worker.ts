import type { DbosEngine } from '@codex-orch/engine-dbos';
import { type DatabaseFlags, openArtifacts, openQueue } from '../compose/fleet-database/open-queue.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command } from './command.js';
import { interruptible } from './interruption.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

export interface WorkerFlags extends CommonFlags, DatabaseFlags {
  readonly concurrency?: number | undefined;
  readonly executor?: string | undefined;
  readonly queue?: string | undefined;
}

/** A goal that waits for a human keeps its place: its run directory is here. */
const neverMs = 2 ** 31 - 1;

/** Takes goals until it is asked to stop, or until it lost its lease. */
export const worker = command(async (context, flags: WorkerFlags): Promise<number> => {
  const { concurrency = 1 } = flags;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new BadFlagsError('--concurrency has to be a whole number above 0.');
  const { LeaseLostError } = await import('@codex-orch/engine-dbos');
  const { goalQueue, standingSignal } = await import('../compose/fleet-database/remote-goal.js');
  const { remoteGoalWorkflow } = await import('../compose/fleet-database/remote-workflow.js');
  const { queue = goalQueue } = flags;
  const say = (line: string): void => {
    context.process.stderr.write(`${visibleLine(line)}\n`);
  };

  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository);
  return interruptible(context, async (signal) => {
    await using engine = await openQueue(context, flags, { executor: flags.executor, suspendAfterMs: neverMs });
    await using store = await openArtifacts(flags, engine);
    await using orchestrator = openOrchestrator(context, repository, config);
    engine.register(
      remoteGoalWorkflow({
        orchestrator,
        store,
        limits: config.limits,
        worker: engine.executor,
        tell: (runId, standing, key) => engine.signal(runId, standingSignal, standing, key),
      }),
    );
    engine.defineQueue(queue, { perWorker: concurrency });
    try {
      await engine.start({ signal });
    } catch (error) {
      if (signal.aborted) return exitCode.interrupted;
      throw error;
    }
    say(`Worker ${engine.executor} takes goals from "${queue}".`);
    await sayStranded(engine, say);
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else
        signal.addEventListener('abort', () => {
          resolve();
        });
    });
    try {
      await Promise.race([stopped, engine.lost]);
    } catch (error) {
      if (error instanceof LeaseLostError) return exitCode.locked;
      throw error;
    }
    say('Stopping; what is done is kept, and other workers go on with the rest.');
    return exitCode.interrupted;
  });
});

async function sayStranded(engine: DbosEngine, say: (line: string) => void): Promise<void> {
  const stranded = await engine.stranded();
  if (stranded.length === 0) return;
  const versions = [...new Set(stranded.map(({ version: begun }) => begun))].join(', ');
  say(`${stranded.length} of the waiting runs were begun with ${versions}, and no worker of that version is there.`);
}
