import os from 'node:os';
import { readRun } from '@codex-orch/core';
import { fetchCopy, findEnded } from '../compose/fleet-database/fetch-copy.js';
import { type DatabaseFlags, openArtifacts, openQueue, shortPatience } from '../compose/fleet-database/open-queue.js';
import { readNote } from '../compose/noted-runs.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { configFor, openNotary, openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface FetchFlags extends CommonFlags, DatabaseFlags {}

/** Brings a copy of a run that workers of a queue ended into this clone. */
export const fetch = command(async (context, flags: FetchFlags, runId: string): Promise<number> => {
  const { env, stdout } = context.process;
  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository);
  await using engine = await openQueue(context, flags, shortPatience);
  const ended = await findEnded(runId, engine);
  await using store = await openArtifacts(flags, engine);
  // On a machine that is a worker of the queue, too, the run stays marked as one of it.
  const queue = (await readNote(env, runId))?.queue;
  await using orchestrator = openOrchestrator(context, repository, config, { queue });
  const location = orchestrator.layout.place(ended.goal.taskId, runId);
  const isNew = await fetchCopy(location, ended, {
    orchestrator,
    repository,
    env,
    store,
    redactor: context.redactor,
    notary: openNotary(context, repository, config),
    worker: `${os.hostname()} (a copy)`,
  });
  const phase = (await readRun(location))?.state.phase ?? ended.standing.phase;
  const worker = visibleLine(ended.kept.worker);
  if (flags.json) {
    printJson(context, { runId, phase, worker: ended.kept.worker, fetched: isNew, dir: location.dir });
    return exitCode.done;
  }
  const next = phase === 'done' ? 'apply' : 'runs show';
  stdout.write(
    [
      isNew ? `Run ${runId} is here as a copy; it is ${phase}, on ${worker}.` : `Run ${runId} is here already.`,
      `Next: ${selfCommand(context)} ${next} ${runId}${repoFlag(flags)}`,
      '',
    ].join('\n'),
  );
  return exitCode.done;
});
