import {
  assertBelongs,
  assertUntracked,
  openRepository,
  OrchError,
  readRun,
  type Repository,
  type RunLocation,
  type RunRecord,
} from '@codex-orch/core';
import { idsNamed } from '../compose/named-id.js';
import { assertNoted, runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { RunEmptyError } from '../errors.js';
import type { CommonFlags } from './command.js';

/** The repository that a command is about: the one of `--repo`, else the one around the working folder. */
export const repositoryOf = ({ process }: CliContext, { repo }: CommonFlags): Promise<Repository> =>
  openRepository(repo ?? process.cwd());

/** Candidates that are named when a name fits several runs. */
const maxCandidates = 5;

/** A name fits more than one run. */
class RunAmbiguousError extends OrchError {
  readonly code = 'run-ambiguous';

  constructor(asked: string, runIds: readonly string[]) {
    const more = runIds.length > maxCandidates ? ` … and ${runIds.length - maxCandidates} more` : '';
    super(`"${asked}" fits ${runIds.length} runs: ${runIds.slice(0, maxCandidates).join(', ')}${more}.`, {
      hint: 'Give more characters, from the beginning or from the end of the id. All runs: `codex-orch runs list`.',
    });
  }
}

/**
 * Finds a run by what the user called it: its id, the beginning or the end of it, or `latest`. One that came with the repository is
 * refused. Throws `IdEndTooShortError`.
 */
export async function findRun({ process }: CliContext, repository: Repository, asked: string): Promise<RunLocation> {
  const layout = runLayout(process.env, repository.root);
  const locations = await layout.locations();
  const runIds = idsNamed(
    asked,
    locations.map(({ runId }) => runId),
  );
  if (runIds.length > 1) throw new RunAmbiguousError(asked, runIds.toReversed());
  const [runId = asked] = runIds;
  const location = await layout.find(runId);
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
  const location = await findRun(context, repository, asked);
  const run = await readRun(location);
  if (!run) throw new RunEmptyError(location.runId);
  return { repository, run };
}

/** The same for a run that is to be acted on: it must be this repository's own. */
export async function openOwnRun(...asked: Parameters<typeof openRun>): ReturnType<typeof openRun> {
  const opened = await openRun(...asked);
  assertBelongs(opened.run, opened.repository.root);
  const [{ process }] = asked;
  await assertNoted(process.env, opened.run);
  return opened;
}
