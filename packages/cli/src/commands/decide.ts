import {
  type Approval,
  DiffDigestMismatchError,
  type GoalEvent,
  ProcessLock,
  readRun,
  type Repository,
  type RunRecord,
  sha256File,
} from '@codex-orch/core';
import { isHomeInUse } from '@codex-orch/mcp-adapter';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseFlags } from '../compose/fleet-database/open-queue.js';
import { assertOfNoQueue } from '../compose/noted-runs.js';
import { actorOf, type Notary } from '../compose/notary.js';
import { codexHomeDir } from '../compose/orch-home.js';
import type { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { type CommonFlags, command, printJson } from './command.js';
import { decidingHuman } from './deciding-human.js';
import { reportRun } from './drive-run.js';
import { configFor, openNotary, openOrchestrator, userConfigFor } from './open-orchestrator.js';
import { openOwnRun, openRun, repositoryOf } from './open-run.js';
import { goOn } from './resume.js';
import { repoFlag, selfCommand } from './self-command.js';
import { meantByLatest } from './waiting-run.js';

export interface DecideFlags extends CommonFlags, DatabaseFlags {
  readonly reason?: string | undefined;
  readonly request?: string | undefined;
}

type Decision = Approval['decision'];

const actionOf = (decision: Decision) => (decision === 'approved' ? 'approve' : 'reject');

async function approvalOf(
  context: CliContext,
  repository: Repository,
  subject: Approval['subject'],
  decision: Decision,
  notary: Notary,
  { reason }: DecideFlags,
): Promise<Approval> {
  const approval = await notary.sign({
    subject,
    decision,
    by: await decidingHuman(context, repository.root),
    at: new Date().toISOString(),
    channel: 'cli',
    // Before it is signed: nothing may change it after that.
    justification: context.redactor.text(reason ?? ''),
  });
  // What the gate would refuse need not be tried.
  await notary.check(approval);
  return approval;
}

/** Who approves has read the file, so the file has to be what is approved. */
async function checkDiff(diffPath: string, expected: string): Promise<void> {
  const { sha256 } = await sha256File(diffPath).catch(() => ({ sha256: 'none: it cannot be read' }));
  if (sha256 !== expected) throw new DiffDigestMismatchError(diffPath, expected, sha256);
}

/** Answers a Codex that waits: through the process that holds the run, or by going on with the run in this one. */
async function answerElevation(
  context: CliContext,
  flags: DecideFlags,
  repository: Repository,
  run: RunRecord,
  id: string,
  decision: Decision,
): Promise<number> {
  const { runId, state } = run;
  const open = state.elevations.find((elevation) => elevation.id === id);
  if (!open) {
    const others = state.elevations.map((elevation) => elevation.id);
    throw new RunStateError(
      runId,
      state.phase,
      `waiting for an answer to "${id}"`,
      others.length > 0
        ? `It waits for an answer to ${others.join(', ')}.`
        : `See \`${selfCommand(context)} runs show ${runId}${repoFlag(flags)}\`.`,
    );
  }
  const config = await (decision === 'approved' ? configFor(context, repository) : userConfigFor(context));
  const notary = openNotary(context, repository, config);
  const subject = { kind: 'elevation', id, sha256: open.sha256 } as const;
  const approval = await approvalOf(context, repository, subject, decision, notary, flags);
  await using orchestrator = openOrchestrator(context, repository, config);
  await notary.recorded(actorOf(approval), { action: actionOf(decision), runId, subject }, () =>
    orchestrator.decide(run, approval),
  );
  const others = await unansweredBeside(orchestrator, context, run, id);
  if (others.length > 0) {
    context.process.stderr.write(
      `The answer is kept. The turn is repeated once ${others.join(' and ')} ${others.length === 1 ? 'has' : 'have'} one, too.\n`,
    );
    return await reportRun(context, flags, run);
  }
  const taken = await takenUp(context, run, id);
  const code = taken ? exitCode.done : await goOn(context, flags, repository, run);
  const decided = taken ?? (await decisionOn(run, id));
  if (decided && !isSame(decided.approval, approval)) {
    throw new RunStateError(
      runId,
      state.phase,
      `waiting for an answer to "${id}" any more`,
      decided.approval ? `${decided.approval.by.name} ${decided.approval.decision} it first.` : decided.why,
    );
  }
  if (!taken) return code;
  if (flags.json) printJson(context, approval);
  else context.process.stdout.write(`The request ${id} of run ${runId} is ${decision}.\n`);
  return code;
}

type Decided = Extract<GoalEvent, { type: 'elevation.decided' }>['data'];

const isSame = (a: Approval | undefined, b: Approval): boolean =>
  a !== undefined && a.at === b.at && a.decision === b.decision && actorOf(a) === actorOf(b);

/** How a request was decided; undefined while it is open. */
async function decisionOn(run: RunRecord, id: string): Promise<Decided | undefined> {
  const lines = (await readRun(run))?.lines ?? [];
  const line = lines.find(({ type, data }) => type === 'elevation.decided' && (data as Decided).id === id);
  return line?.data as Decided | undefined;
}

/**
 * Other requests of a turn that will be repeated, which nobody has answered: it would ask for all of them again, so it is not begun
 * before each has its answer. Empty where a process, or a Codex that was kept alive, holds the turn.
 */
async function unansweredBeside(
  orchestrator: Orchestrator,
  { process }: CliContext,
  run: RunRecord,
  id: string,
): Promise<readonly string[]> {
  const isHeld =
    (await ProcessLock.holder(path.join(run.dir, 'lock'))) !== undefined ||
    (await isHomeInUse(codexHomeDir(process.env, run.runId)));
  if (isHeld) return [];
  const answered = await orchestrator.answered(run);
  return run.state.elevations.map((open) => open.id).filter((other) => other !== id && !answered.has(other));
}

/** After this long it is told that whoever holds the run has not taken the answer yet, in milliseconds. */
const patienceMs = 3000;

/** What the process that holds the run made of the answer; undefined as soon as nobody holds it. */
async function takenUp({ process }: CliContext, run: RunRecord, id: string): Promise<Decided | undefined> {
  const started = performance.now();
  for (let isTold = false; ;) {
    const holder = await ProcessLock.holder(path.join(run.dir, 'lock'));
    const decided = await decisionOn(run, id);
    if (decided || !holder) return decided;
    const { state } = (await readRun(run)) ?? run;
    if (!state.elevations.some((open) => open.id === id) && !(await decisionOn(run, id)))
      throw new RunStateError(run.runId, state.phase, `waiting for an answer to "${id}" any more`, 'Its turn is over.');
    if (!isTold && performance.now() - started > patienceMs) {
      isTold = true;
      process.stderr.write(`The answer is posted; process ${holder.pid}, which holds the run, has not taken it yet.\n`);
    }
    await delay(200);
  }
}

const decide = (decision: Decision) =>
  command(async (context, flags: DecideFlags, asked: string): Promise<number> => {
    if (flags.database !== undefined) {
      const { decideRemote } = await import('./decide-remote.js');
      return decideRemote(context, flags, asked, {
        action: actionOf(decision),
        request: flags.request,
        makeApproval: (repository, subject, notary) =>
          approvalOf(context, repository, subject, decision, notary, flags),
      });
    }
    const named = await meantByLatest(context, await repositoryOf(context, flags), asked, {
      command: actionOf(decision),
      request: flags.request,
    });
    const { repository, run } = await (decision === 'approved' ? openOwnRun : openRun)(context, flags, named);
    await assertOfNoQueue(context.process.env, run);
    if (flags.request !== undefined) return answerElevation(context, flags, repository, run, flags.request, decision);
    const { runId, state } = run;
    const [waiting] = state.elevations;
    if (waiting) {
      throw new RunStateError(
        runId,
        state.phase,
        'waiting for an approval of its diff yet: Codex asks to leave its sandbox',
        `Read it with \`${selfCommand(context)} runs show ${runId}${repoFlag(flags)}\`, then answer with --request ${waiting.id}.`,
      );
    }
    if (state.phase !== 'awaiting-approval' || !state.diff) {
      throw new RunStateError(runId, state.phase, 'waiting for an approval', `See \`codex-orch runs show ${runId}\`.`);
    }
    // What is turned down needs nothing of the repository, whose file may be broken.
    const config = await (decision === 'approved' ? configFor(context, repository) : userConfigFor(context));
    const notary = openNotary(context, repository, config);
    const subject = { kind: 'diff', id: runId, sha256: state.diff.sha256 } as const;
    if (decision === 'approved') await checkDiff(path.join(run.dir, 'diff.patch'), subject.sha256);
    const approval = await approvalOf(context, repository, subject, decision, notary, flags);
    await using orchestrator = openOrchestrator(context, repository, config);
    await notary.recorded(actorOf(approval), { action: actionOf(decision), runId, subject }, () =>
      orchestrator.decide(run, approval),
    );
    await orchestrator.seeThrough(run);
    const after = (await readRun(run))?.state;
    const counted = after?.approvals.some(({ at, by }) => at === approval.at && by.name === approval.by.name);
    if (!counted) {
      const first = after?.approvals.at(-1);
      throw new RunStateError(
        runId,
        after?.phase ?? 'empty',
        'waiting for an approval any more',
        first ? `${first.by.name} ${first.decision} it first.` : `See \`codex-orch runs show ${runId}\`.`,
      );
    }
    const { syncAfterRun } = await import('./cloud-sync.js');
    await syncAfterRun(context, flags, run);
    // Who approves has seen the diff.
    const code = await reportRun(context, flags, run, { diff: false });
    return decision === 'rejected' ? exitCode.done : code;
  });

export const approve = decide('approved');
export const reject = decide('rejected');
