import {
  assertBelongs,
  assertUntracked,
  openRepository,
  readRun,
  type Repository,
  RunLayout,
  type RunLocation,
  type RunRecord,
} from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { RunEmptyError } from '../errors.js';
import type { CommonFlags } from './command.js';

/** The repository that a command is about: the one of `--repo`, else the one around the working folder. */
export const repositoryOf = ({ process }: CliContext, { repo }: CommonFlags): Promise<Repository> =>
  openRepository(repo ?? process.cwd());

/** Finds a run by what the user called it; one that came with the repository is refused. */
export async function findRun(repository: Repository, asked: string): Promise<RunLocation> {
  const location = await new RunLayout(repository.root).find(asked);
  await assertUntracked(repository, location);
  return location;
}

/** Finds and reads a run by what the user called it. */
export async function openRun(
  context: CliContext,
  flags: CommonFlags,
  asked: string,
): Promise<{ readonly repository: Repository; readonly run: RunRecord }> {
  const repository = await repositoryOf(context, flags);
  const location = await findRun(repository, asked);
  const run = await readRun(location);
  if (!run) throw new RunEmptyError(location.runId);
  return { repository, run };
}

/** The same for a run that is to be acted on: it must be this repository's own. */
export async function openOwnRun(...asked: Parameters<typeof openRun>): ReturnType<typeof openRun> {
  const opened = await openRun(...asked);
  assertBelongs(opened.run, opened.repository.root);
  return opened;
}
