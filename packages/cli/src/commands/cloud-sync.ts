import { SyncRecords, type SyncRecord } from '@codex-orch/cloud-adapter';
import { isTerminal, OrchError, readRun, type RunLocation } from '@codex-orch/core';
import { syncDir } from '../compose/cloud/cloud-place.js';
import { syncEnded } from '../compose/cloud/sync-ended.js';
import { runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { findRun, repositoryOf } from './open-run.js';

/** Nobody said where summaries go. */
class SyncOffError extends OrchError {
  readonly code = 'cloud-sync-off';

  constructor() {
    super('Summaries of runs are sent nowhere: cloudSync is not enabled, or this repository forbids it.', {
      hint: 'Set cloudSync.enabled, and cloudSync.url or cloudSync.folder, in your own configuration.',
    });
  }
}

/** Sends the summaries of ended runs: those that are named, else all that are not sent yet. */
export const sync = command(async (context, flags: CommonFlags, ...asked: string[]): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository);
  if (!config.cloudSync.enabled) throw new SyncOffError();
  const { env } = context.process;
  const locations =
    asked.length > 0
      ? await Promise.all(asked.map((name) => findRun(context, repository, name)))
      : await runLayout(env, repository.root).locations();
  const options = {
    config,
    env,
    redactor: context.redactor,
    notary: openNotary(context, repository, config),
    repositoryRoot: repository.root,
  };
  const records: SyncRecord[] = [];
  for (const location of locations) {
    if (asked.length > 0) await assertEnded(location);
    const record = await syncEnded(location, options);
    if (record) records.push(record);
  }
  const failed = records.filter(({ state }) => state !== 'done');
  if (flags.json)
    printJson(
      context,
      records.map(({ runId, key, sink, state, tries, said, at }) => ({ runId, key, sink, state, tries, said, at })),
    );
  else {
    for (const { runId, state, said } of records)
      context.process.stdout.write(`${runId}  ${state.padEnd(7)} ${visibleLine(said ?? '')}\n`);
    context.process.stdout.write(
      `${counted(records.length - failed.length, 'summary', 'summaries')} sent, ${failed.length} not.\n`,
    );
  }
  return failed.length === 0 ? exitCode.done : exitCode.failed;
});

async function assertEnded(location: RunLocation): Promise<void> {
  const phase = (await readRun(location))?.state.phase ?? 'preflight';
  if (!isTerminal(phase)) throw new RunStateError(location.runId, phase, 'ended', 'Its summary is sent when it ends.');
}

/**
 * Sends the summary of a run when it has just ended and the user wants that. What goes wrong is told, and is not the run's failure.
 * Runs of the demo are nobody's work.
 */
export async function syncAfterRun(context: CliContext, flags: CommonFlags, location: RunLocation): Promise<void> {
  if (location.taskId === 'demo') return;
  try {
    const repository = await repositoryOf(context, flags);
    const config = await configFor(context, repository);
    if (!config.cloudSync.enabled) return;
    const { env } = context.process;
    const notary = openNotary(context, repository, config);
    const { redactor } = context;
    await syncEnded(location, { config, env, redactor, notary, repositoryRoot: repository.root });
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    context.process.stderr.write(`The summary of run ${location.runId} was not sent: ${visibleLine(error.message)}\n`);
  }
}

/** What there is to be said of a run's summary: that it did not arrive. */
export async function syncProblem({ process }: CliContext, runId: string): Promise<string | undefined> {
  const record = await new SyncRecords(syncDir(process.env)).load(runId);
  if (!record || record.state === 'done') return undefined;
  return record.state === 'failed'
    ? `not sent after ${counted(record.tries, 'try', 'tries')}: ${record.said ?? ''}`
    : 'not sent: it was cut off';
}
