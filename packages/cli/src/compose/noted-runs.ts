import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunId, OrchError, removeDrafts, RunLayout, type RunLocation, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';
import { shellWord } from '../print/shell-word.js';
import { orchHome, runsDir, secureOrchHome } from './orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const noteSchema = z.object({
  schemaVersion: z.literal(1),
  taskId: z.string(),
  repository: z.string(),
  /**
   * The goals that it was begun with, and the commit of the repository that they all start from; whether those that this machine
   * works on share one Codex; the runs whose work it starts from, where no record of the goals on this machine tells them.
   */
  fleet: z
    .object({
      id: z.string(),
      base: z.string(),
      sharesCodex: z.boolean().default(true),
      after: z.array(z.string()).optional(),
    })
    .optional(),
  /** The database and the queue whose goal it is worked on for: what is decided about it is decided there. */
  queue: z.string().optional(),
  /** Whether it was given up before its end, and what going on with it needs was removed. */
  givenUp: z.boolean().optional(),
});

/** What a run of many has of its own kind. */
export type NotedFleet = NonNullable<z.infer<typeof noteSchema>['fleet']>;

const noteFile = (env: Env, runId: string): string => path.join(runsDir(env), `${runId}.json`);

/** Nothing says that a run was made here: it may have come with the files of the repository, approvals and all. */
class RunNotNotedError extends OrchError {
  readonly code = 'run-not-noted';

  constructor(runId: string, home: string) {
    super(`Run ${runId} was not made here: ${home} knows nothing of it.`, {
      hint: 'If it came with the repository, do not trust it: remove its directory. If you made it yourself with another CODEX_ORCH_HOME, name that one; otherwise start the goal again.',
    });
  }
}

/** What a run needs to be gone on with was removed, after nobody had gone on with it for long. */
class RunGivenUpError extends OrchError {
  readonly code = 'run-given-up';

  constructor(runId: string) {
    super(`Run ${runId} cannot be gone on with: \`codex-orch gc\` gave it up, and removed its work tree.`, {
      hint: `Start its goal again; \`codex-orch runs show ${runId}\` tells what it was.`,
    });
  }
}

/** A run is worked on for a queue, so that others would not know of what is done with it here. */
class RunOfQueueError extends OrchError {
  readonly code = 'run-of-queue';

  constructor(runId: string, queue: string, fleetId: string | undefined) {
    const where = `--database --queue ${shellWord(queue.slice(queue.lastIndexOf(', ') + 2))}`;
    const ofAll =
      fleetId === undefined
        ? `\`codex-orch goals list ${where}\` names the goals that it is one of, for \`goals status\` and \`goals cancel\``
        : `\`codex-orch goals status ${fleetId} ${where}\` tells how it stands, and \`codex-orch goals cancel ${fleetId} ${where}\` ends all of its goals`;
    super(
      `Run ${runId} belongs to the queue of ${queue}: its workers go on with it, and another one may have it by now.`,
      { hint: `Decide with \`codex-orch approve ${runId} --database\`, or \`reject\` in its place; ${ofAll}.` },
    );
  }
}

/**
 * Makes sure that a run is nobody's but this machine's, before something is decided about it here.
 *
 * Throws {@link RunOfQueueError}.
 */
export async function assertOfNoQueue(env: Env, { runId }: Pick<RunLocation, 'runId'>): Promise<void> {
  const { queue, fleet } = (await readNote(env, runId)) ?? {};
  if (queue !== undefined) throw new RunOfQueueError(runId, queue, fleet?.id);
}

/**
 * Notes to which repository a run belongs, so that what it leaves outside of it can be told from what nobody needs, and so that it
 * can be told from a run that somebody else made. Throws what {@link secureOrchHome} throws.
 */
export async function noteRun(
  env: Env,
  { runId, taskId, dir }: RunLocation,
  { fleet, queue }: { readonly fleet?: NotedFleet | undefined; readonly queue?: string | undefined } = {},
): Promise<void> {
  await secureOrchHome(env);
  const note: z.infer<typeof noteSchema> = {
    schemaVersion: 1,
    taskId,
    repository: path.resolve(dir, '../../..'),
    ...(fleet && { fleet }),
    ...(queue !== undefined && { queue }),
  };
  // Each note has a name of its own, so nobody else removes what somebody who was killed left of one.
  await removeDrafts(runsDir(env));
  await writeFileAtomic(noteFile(env, runId), `${JSON.stringify(note)}\n`);
}

/** The runs of a repository. Those that were noted are the user's own, so a clock that was set back does not hide them. */
export const runLayout = (env: Env, repositoryRoot: string): RunLayout =>
  new RunLayout(repositoryRoot, { isOwn: (runId) => existsSync(noteFile(env, runId)) });

/** A run that was noted: where it is, whether or not it still is there. */
export interface NotedRun extends RunLocation {
  readonly repository: string;
  readonly fleet: NotedFleet | undefined;
  readonly queue: string | undefined;
  readonly givenUp: boolean;
}

/** What was noted of a run; undefined when nothing was, or when it cannot be understood. */
export async function readNote(env: Env, runId: string): Promise<NotedRun | undefined> {
  if (!isRunId(runId)) return undefined;
  try {
    const {
      taskId,
      repository,
      fleet,
      queue,
      givenUp = false,
    } = noteSchema.parse(JSON.parse(await readFile(noteFile(env, runId), 'utf8')));
    return { ...new RunLayout(repository).place(taskId, runId), repository, fleet, queue, givenUp };
  } catch {
    return undefined;
  }
}

/** The goals that a run was begun with; undefined for one that was begun alone. */
export const fleetOf = async (env: Env, runId: string): Promise<NotedFleet | undefined> =>
  (await readNote(env, runId))?.fleet;

/**
 * Makes sure that a run was made on this machine, by this user, in this place. Git cannot tell of a run whether it came in an
 * archive; what others can write to is no witness. Needed before a run is acted on.
 *
 * Throws {@link RunNotNotedError}, and {@link RunGivenUpError} for one that nobody can go on with.
 */
export async function assertNoted(env: Env, { runId, dir }: RunLocation): Promise<void> {
  const noted = await readNote(env, runId);
  if (noted?.dir !== dir) throw new RunNotNotedError(runId, orchHome(env));
  if (noted.givenUp) throw new RunGivenUpError(runId);
}

/** Notes of a run that what going on with it needs is removed. One that was not noted stays so. */
export async function noteGivenUp(env: Env, runId: string): Promise<void> {
  const noted = await readNote(env, runId);
  if (!noted) return;
  const { taskId, repository, fleet, queue } = noted;
  const note: z.infer<typeof noteSchema> = { schemaVersion: 1, taskId, repository, fleet, queue, givenUp: true };
  await writeFileAtomic(noteFile(env, runId), `${JSON.stringify(note)}\n`);
}
