import path from 'node:path';
import { OrchError } from '@codex-orch/core';
import { databaseName, type DatabaseFlags, openArtifacts, openQueue } from '../compose/fleet-database/open-queue.js';
import { fetchRun } from '../compose/fleet-database/publish-run.js';
import { fetchedDir, submissionOf } from '../compose/fleet-database/submission.js';
import { type FollowedGoal, followGoals, submitGoals } from '../compose/fleet-database/submit-goals.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import type { LoadedPlan } from './goals-plan.js';
import { interruptible } from './interruption.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Goals that no worker of another machine can work on. */
class NotRemoteError extends OrchError {
  readonly code = 'goals-not-remote';

  constructor(ids: readonly string[], why: string) {
    super(`${ids.map((id) => `"${id}"`).join(', ')} cannot go into the queue of a database: ${why}.`, {
      hint: 'Run these goals without --database, or put them into a file of their own.',
    });
  }
}

export interface RemoteGoalsFlags extends CommonFlags, DatabaseFlags {
  readonly concurrency?: number | undefined;
  readonly new: boolean;
  readonly queue?: string | undefined;
}

/** Submits the goals of a file to the workers of a database, or finds them there again, and follows them until each ended or waits. */
export async function runRemote(
  context: CliContext,
  flags: RemoteGoalsFlags,
  { repository, plan, contentSha256 }: LoadedPlan,
): Promise<number> {
  const refuse = (goals: LoadedPlan['plan']['goals'], why: string): void => {
    if (goals.length > 0)
      throw new NotRemoteError(
        goals.map(({ id }) => id),
        why,
      );
  };
  refuse(
    plan.goals.filter(({ mode }) => mode === 'cloud'),
    'they are to be built in Codex Cloud',
  );
  refuse(
    plan.goals.filter(({ after }) => after.length > 0),
    'they depend on work that only the machine has which did it',
  );
  return interruptible(context, async (signal) => {
    await using engine = await openQueue(context, flags);
    await using store = await openArtifacts(flags, engine);
    const { process } = context;
    const submitted = { repository: repository.root, contentSha256, database: await databaseName(context, flags) };
    const ids = plan.goals.map(({ id }) => id);
    const { runIds, isNew } = await submissionOf(process.env, submitted, ids, { again: flags.new });
    const goals = plan.goals.map(({ id, goal, task }) => ({
      runId: runIds[id] ?? '',
      taskId: task ?? 'adhoc',
      goal: context.redactor.text(goal),
      base: repository.head,
    }));
    await submitGoals(goals, { engine, concurrency: flags.concurrency, queue: flags.queue });
    const say = (line: string): void => void process.stderr.write(`${visibleLine(line)}\n`);
    say(
      isNew
        ? `${counted(goals.length, 'goal')} submitted; workers take them, and nothing happens without one.`
        : `Following ${counted(goals.length, 'goal')} that were submitted before; --new submits them again.`,
    );
    const nameOf = new Map(Object.entries(runIds).map(([id, runId]) => [runId, id]));
    const followed: FollowedGoal[] = [];
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('stopped');
      });
    });
    const following = followGoals([...nameOf.keys()], engine);
    for (;;) {
      const next = await Promise.race([following.next(), stopped]);
      if (next === 'stopped') {
        say('Not followed any more; the goals stay where they are. The same command follows them again.');
        return exitCode.interrupted;
      }
      if (next.done) break;
      followed.push(next.value);
      say(`${nameOf.get(next.value.runId) ?? ''}: ${wordsOf(next.value)}`);
      if (next.value.status !== 'failed')
        await fetchRun(next.value.standing, store, fetchedDir(process.env, next.value.runId));
    }
    report(context, flags, followed, nameOf);
    if (followed.some(({ status }) => status === 'waiting')) return exitCode.waiting;
    return followed.every((goal) => goal.status === 'ended' && goal.standing.phase === 'done')
      ? exitCode.done
      : exitCode.failed;
  });
}

const wordsOf = (goal: FollowedGoal): string =>
  goal.status === 'failed'
    ? `failed: ${goal.error.message} [${goal.error.code}]`
    : `${goal.standing.phase} on ${goal.standing.worker}`;

function report(
  context: CliContext,
  flags: RemoteGoalsFlags,
  followed: readonly FollowedGoal[],
  nameOf: ReadonlyMap<string, string>,
): void {
  const { process } = context;
  const placeOf = ({ runId }: FollowedGoal): string => fetchedDir(process.env, runId);
  if (flags.json) {
    printJson(
      context,
      followed.map((goal) => ({ id: nameOf.get(goal.runId), ...goal, folder: placeOf(goal) })),
    );
    return;
  }
  for (const goal of followed) {
    process.stdout.write(`${visibleLine(`${nameOf.get(goal.runId) ?? ''}  run ${goal.runId}  ${wordsOf(goal)}`)}\n`);
    if (goal.status !== 'waiting') continue;
    const ask = `${selfCommand(context)} approve ${goal.runId} --database …${repoFlag(flags)}`;
    const asked = goal.standing.requests;
    process.stdout.write(
      asked.length > 0
        ? `  Codex asks ${asked.join(', ')}: answer on ${visibleLine(goal.standing.worker)}\n`
        : `  read ${visibleLine(path.join(placeOf(goal), 'diff.patch'))}, then: ${ask}\n`,
    );
  }
}
