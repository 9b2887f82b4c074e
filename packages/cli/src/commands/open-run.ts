import { openRepository, readRun, type Repository, RunLayout, type RunRecord } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { RunEmptyError } from '../errors.js';
import type { CommonFlags } from './command.js';

/** The repository that a command is about: the one of `--repo`, else the one around the working folder. */
export const repositoryOf = ({ process }: CliContext, { repo }: CommonFlags): Promise<Repository> =>
  openRepository(repo ?? process.cwd());

/** Finds and reads a run by what the user called it. */
export async function openRun(
  context: CliContext,
  flags: CommonFlags,
  asked: string,
): Promise<{ readonly repository: Repository; readonly run: RunRecord }> {
  const repository = await repositoryOf(context, flags);
  const location = await new RunLayout(repository.root).find(asked);
  const run = await readRun(location);
  if (!run) throw new RunEmptyError(location.runId);
  return { repository, run };
}
