import path from 'node:path';
import { assertBelongs, readRun, type Repository, resumeConfig, type RunLocation } from '@codex-orch/core';
import { assertNoted, assertOfNoQueue } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { type CommonFlags, command } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { findRun, repositoryOf } from './open-run.js';

export const resume = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  return goOn(context, flags, repository, await findRun(context, repository, asked));
});

/** Goes on with a run in this process, until it ends or waits for a human. Throws `LockedError` when another process holds it. */
export async function goOn(
  context: CliContext,
  flags: CommonFlags,
  repository: Repository,
  location: RunLocation,
): Promise<number> {
  const run = await readRun(location);
  // A run that was interrupted before its first event is known to the engine alone.
  if (run) assertBelongs(run, repository.root);
  await assertNoted(context.process.env, location);
  await assertOfNoQueue(context.process.env, location);
  if (run?.taskId === 'demo') {
    const { goOnWithDemo, isDemo } = await import('./demo.js');
    if (isDemo(run)) return goOnWithDemo(context, flags, repository, run);
  }
  const today = await configFor(context, repository);
  const config = resumeConfig(run?.state.created?.settings, today, path.join(location.dir, 'events.jsonl'));
  await using orchestrator = openOrchestrator(context, repository, config);
  await orchestrator.resume(location);
  return await driveRun(context, flags, orchestrator, location);
}
