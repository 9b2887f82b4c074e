import { setTimeout as delay } from 'node:timers/promises';
import { type Approval, OrchError } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { actorOf } from '../compose/notary.js';
import { decideGoal } from '../compose/fleet-database/decide-goal.js';
import { type RemoteStanding, remoteStandingSchema, standingSignal } from '../compose/fleet-database/remote-goal.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { elevationLines } from '../print/elevation.js';
import { visibleLine } from '../print/visible.js';
import { printJson } from './command.js';
import type { Deciding } from './decide-remote.js';
import { sayPosted } from './posted-decision.js';
import { isWhole } from './goals-remote-summary.js';

/** A request was changed between the machine that asks and this one. */
class RemoteRequestChangedError extends OrchError {
  readonly code = 'remote-request-changed';

  constructor(runId: string, id: string) {
    super(
      `The request ${id} of run ${runId} is not what its digest says, so nobody can know what an answer would be about.`,
      {
        hint: 'Look at it where the run is, with `codex-orch runs show`, and find out who changed the database.',
      },
    );
  }
}

/** The machine that has the run does not count an answer. */
class RemoteAnswerRefusedError extends OrchError {
  readonly code = 'remote-answer-refused';

  constructor(runId: string, worker: string, reason: string) {
    super(`${worker}, which has run ${runId}, does not count this answer: ${reason}.`, {
      hint: 'The request goes on waiting. Answer it again in the way that is asked for there.',
    });
  }
}

/** Answers a Codex that waits on another machine, and waits until its worker has taken the answer up. */
export async function answerRemote(
  { context, flags, repository, notary, engine, standing, decision }: Deciding,
  id: string,
): Promise<number> {
  const sayWaiting = (): Promise<void> => sayPosted(context, flags, engine, runId);
  const { runId, phase, elevations } = standing;
  const open = elevations.find((elevation) => elevation.id === id);
  if (!open) {
    const others = elevations.map((elevation) => elevation.id).join(', ');
    const hint =
      others === ''
        ? 'See how it stands with `codex-orch goals status --database`.'
        : `It waits for an answer to ${others}.`;
    throw new RunStateError(runId, phase, `waiting for an answer to "${id}"`, visibleLine(hint));
  }
  if (!isWhole(runId, open)) throw new RemoteRequestChangedError(runId, id);
  const say = (line: string): void => void context.process.stderr.write(`${line}\n`);
  say(`Codex asked to leave its sandbox (${id}) and to`);
  elevationLines(open.request).forEach(say);
  const subject = { kind: 'elevation', id, sha256: open.sha256 } as const;
  const approval = await decision.makeApproval(repository, subject, notary);
  await notary.recorded(actorOf(approval), { action: decision.action, runId, subject }, () =>
    decideGoal(runId, approval, engine),
  );
  await takenUp(runId, approval, standing, engine, { say, sayWaiting });
  if (flags.json) printJson(context, approval);
  else context.process.stdout.write(`The request ${id} of run ${runId} is ${approval.decision}.\n`);
  return exitCode.done;
}

/** How often it is looked whether an answer was taken up, and after how long it is said that it was not yet, in milliseconds. */
const lookMs = 300;
const patienceMs = 5000;

/** Waits until a worker has used an answer. Throws {@link RemoteAnswerRefusedError} where it does not count. */
async function takenUp(
  runId: string,
  { subject, at }: Approval,
  before: RemoteStanding,
  engine: DbosEngine,
  { say, sayWaiting }: { readonly say: (line: string) => void; readonly sayWaiting: () => Promise<void> },
): Promise<void> {
  const started = performance.now();
  for (let isTold = false; ;) {
    const [run] = await engine.seen([runId], standingSignal);
    const result = run?.outcome?.ok === true ? run.outcome.value : undefined;
    const standing = remoteStandingSchema.parse(result ?? run?.said);
    const answer = standing.answers.findLast(
      (one) => one.sha256 === subject.sha256 && (one.at === at || one.refused === null),
    );
    if (answer?.refused != null)
      throw new RemoteAnswerRefusedError(runId, visibleLine(standing.worker), visibleLine(answer.refused));
    if (answer?.at === at) return;
    const notMore = (why: string): RunStateError =>
      new RunStateError(runId, standing.phase, `waiting for an answer to "${subject.id}" any more`, visibleLine(why));
    if (answer) throw notMore(`${answer.by} ${answer.decision} it first.`);
    if (run?.outcome?.ok === false) throw notMore(run.outcome.error.message);
    if (!standing.elevations.some(({ sha256 }) => sha256 === subject.sha256)) throw notMore('Its turn is over.');
    const others = before.requests.filter((other) => other !== subject.id);
    // The turn is repeated once all have one.
    if (others.length > 0 && performance.now() - started > patienceMs) {
      say(
        `The answer is kept. The turn is repeated once ${others.join(' and ')} ${others.length === 1 ? 'has' : 'have'} one, too.`,
      );
      return;
    }
    if (!isTold && performance.now() - started > patienceMs) {
      isTold = true;
      await sayWaiting();
    }
    await delay(lookMs);
  }
}
