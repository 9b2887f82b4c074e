import { RunLayout } from '@codex-orch/core';
import { type CommonFlags, command } from './command.js';
import { driveRun } from './drive-run.js';
import { openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

export const resume = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const repository = await repositoryOf(context, flags);
  const location = await new RunLayout(repository.root).find(asked);
  await using orchestrator = await openOrchestrator(context, repository);
  await orchestrator.resume(location);
  return await driveRun(context, flags, orchestrator, location);
});
