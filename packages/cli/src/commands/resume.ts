import { assertBelongs, readRun, resumeConfig } from '@codex-orch/core';
import path from 'node:path';
import { type CommonFlags, command } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { findRun, repositoryOf } from './open-run.js';

export const resume = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const location = await findRun(repository, asked);
  const run = await readRun(location);
  // A run that was interrupted before its first event is known to the engine alone.
  if (run) assertBelongs(run, repository.root);
  const today = await configFor(context, repository);
  const config = resumeConfig(run?.state.created?.settings, today, path.join(location.dir, 'events.jsonl'));
  await using orchestrator = openOrchestrator(context, repository, config);
  await orchestrator.resume(location);
  return await driveRun(context, flags, orchestrator, location);
});
