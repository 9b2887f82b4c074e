import type { Config } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { databaseName, type DatabaseFlags, openArtifacts, openQueue } from '../compose/fleet-database/open-queue.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command } from './command.js';
import { interruptible } from './interruption.js';
import { configFor, openNotary, openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { runFlags } from './remote-flags.js';
import { selfCommand } from './self-command.js';

export interface WorkerFlags extends CommonFlags, DatabaseFlags {
  readonly concurrency?: number | undefined;
  readonly executor?: string | undefined;
  readonly queue?: string | undefined;
}

/** Whoever answers Codex is elsewhere: a goal that asks lets go of its place soon, and goes on from there. */
const atWork: Config = { approvals: { timeoutSeconds: 2, holdMinutes: 0 } };

/** Who answers sooner need not wait for a place again; in milliseconds. */
const humanMs = 1000;

/** Takes goals until it is asked to stop, or until it lost its lease. */
export const worker = command(async (context, flags: WorkerFlags): Promise<number> => {
  const { concurrency = 1 } = flags;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new BadFlagsError('--concurrency has to be a whole number above 0.');
  const { LeaseLostError } = await import('@codex-orch/engine-dbos');
  const { CloudAdmission } = await import('../compose/fleet-database/cloud-admission.js');
  const { CloudLine } = await import('../compose/fleet-database/cloud-line.js');
  const { DatabaseLanes } = await import('../compose/fleet-database/database-lanes.js');
  const { fleetQueue } = await import('../compose/fleet-database/fleet-news.js');
  const { goalQueue, standingSignal } = await import('../compose/fleet-database/remote-goal.js');
  const { remoteGoalWorkflow } = await import('../compose/fleet-database/remote-workflow.js');
  const { RunKeeper } = await import('../compose/fleet-database/run-keeper.js');
  const { queue = goalQueue } = flags;
  const say = (line: string): void => {
    context.process.stderr.write(`${visibleLine(line)}\n`);
  };

  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository, atWork);
  return interruptible(context, async (signal) => {
    await using engine = await openQueue(context, flags, { executor: flags.executor, suspendAfterMs: humanMs });
    await using store = await openArtifacts(flags, engine);
    const names = new Map<string, string>();
    const nameOf = (runId: string): string => names.get(runId) ?? runId;
    const again = runFlags(context, { ...flags, repo: undefined });
    const { dim } = paletteFor(context.process.stderr, context.process.env);
    const sayOf = (runId: string, line: string): void => {
      context.process.stderr.write(`${dim(`[${visibleLine(nameOf(runId))}]`)} ${visibleLine(line)}\n`);
    };
    const { env } = context.process;
    const notary = openNotary(context, repository, config);
    const admission = new CloudAdmission({ engine, notary, redactor: context.redactor, env });
    await using orchestrator = openOrchestrator(context, repository, config, {
      nameOf,
      answerFlags: again,
      onCheckpoint: async (run) => {
        await keeper.keep(run, null);
      },
      cloudSharing: {
        confirm: (input, record) => admission.confirm(input, record),
        share: (run, record) => keeper.keepTasks(run, record),
        claimed: async (runId) => {
          const { claimedTasks } = await import('../compose/fleet-database/claimed-tasks.js');
          return claimedTasks(runId, engine);
        },
      },
      queue: `${await databaseName(context, flags)}, ${queue}`,
    });
    const keeper = new RunKeeper({
      orchestrator,
      repositoryRoot: repository.root,
      env,
      store,
      redactor: context.redactor,
      notary,
      worker: engine.executor,
      pointerOf: (runId) => engine.pointerOf(runId),
      say: sayOf,
    });
    engine.register(
      remoteGoalWorkflow({
        orchestrator,
        repository,
        store,
        limits: config.limits,
        env,
        worker: engine.executor,
        keeper,
        admit: (goal) => admission.admit(goal),
        onTaken: ({ runId, of }) => names.set(runId, of?.goal ?? runId),
        onDiff: (runId) => {
          sayOf(runId, 'Its diff waits for approval, and its place is free for others. From any machine:');
          sayOf(runId, `  ${selfCommand(context)} approve ${runId}${again}   # or reject`);
        },
        stay: (runId, stays) => {
          engine.stay(runId, stays);
        },
        tell: (runId, standing, key) => engine.signal(runId, standingSignal, standing, key),
      }),
    );
    const lanes = new DatabaseLanes({ engine, queue, store, repository, env });
    engine.register(lanes.workflow);
    engine.defineQueue(queue, { perWorker: concurrency });
    engine.defineQueue(fleetQueue(queue), {});
    const probe = async () => {
      const { probeCloud } = await import('../compose/cloud/require-cloud.js');
      await probeCloud({ config, env, redactor: context.redactor, repository });
    };
    await using _cloud = await CloudLine.open({ engine, queue, env, probe, say });
    try {
      await engine.start({ signal });
    } catch (error) {
      if (signal.aborted) return exitCode.interrupted;
      throw error;
    }
    say(
      `Worker ${engine.executor} takes goals from "${queue}" of ${await databaseName(context, flags)}, ${concurrency === 1 ? 'one at a time' : `up to ${concurrency} at once`}, and works on them in ${repository.root}. Ctrl-C stops it.`,
    );
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
    say('Stopping; what is done is kept. Other workers go on with the rest, or this one when it is started again.');
    return exitCode.interrupted;
  });
});

async function sayStranded(engine: DbosEngine, say: (line: string) => void): Promise<void> {
  const stranded = await engine.stranded();
  if (stranded.length === 0) return;
  const versions = [...new Set(stranded.map(({ version: begun }) => begun))].join(', ');
  say(`${stranded.length} of the waiting runs were begun with ${versions}, and no worker of that version is there.`);
}
