import { Secret } from '@codex-orch/core';
import type { ArtifactStore, DbosEngine } from '@codex-orch/engine-dbos';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { type CommonFlags, command } from './command.js';
import { interruptible } from './interruption.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

export interface WorkerFlags extends CommonFlags {
  readonly database?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly executor?: string | undefined;
  readonly queue?: string | undefined;
  readonly artifacts?: string | undefined;
}

/** A goal that waits for a human keeps its place: its run directory is here. */
const neverMs = 2 ** 31 - 1;

/** Takes goals until it is asked to stop, or until it lost its lease. */
export const worker = command(async (context, flags: WorkerFlags): Promise<number> => {
  const url = flags.database ?? context.process.env['CODEX_ORCH_DATABASE'];
  if (url === undefined) throw new BadFlagsError('Which database? Give --database URL, or set CODEX_ORCH_DATABASE.');
  const { concurrency = 1 } = flags;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new BadFlagsError('--concurrency has to be a whole number above 0.');
  const { DbosEngine, LeaseLostError, secretsOfDatabaseUrl, checkDatabaseUrl } =
    await import('@codex-orch/engine-dbos');
  const { goalQueue, standingSignal } = await import('../compose/fleet-database/remote-goal.js');
  const { remoteGoalWorkflow } = await import('../compose/fleet-database/remote-workflow.js');
  const { queue = goalQueue } = flags;
  for (const secret of secretsOfDatabaseUrl(checkDatabaseUrl(url)))
    context.redactor.add(new Secret('database', secret));
  const say = (line: string): void => {
    context.process.stderr.write(`${visibleLine(line)}\n`);
  };

  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository);
  return interruptible(context, async (signal) => {
    await using engine = new DbosEngine({
      url,
      version,
      executor: flags.executor,
      suspendAfterMs: neverMs,
      onNotice: say,
    });
    await using store = await storeFor(flags.artifacts, engine);
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

async function storeFor(place: string | undefined, engine: DbosEngine): Promise<ArtifactStore> {
  const { DatabaseArtifactStore, FolderArtifactStore, S3ArtifactStore } = await import('@codex-orch/engine-dbos');
  if (place === undefined) return new DatabaseArtifactStore(engine);
  if (!place.startsWith('s3://')) return new FolderArtifactStore(place);
  const { hostname, pathname } = new URL(place);
  const prefix = pathname.slice(1);
  return S3ArtifactStore.open({
    bucket: hostname,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  });
}
