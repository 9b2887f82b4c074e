import {
  type Approval,
  DiffDigestMismatchError,
  readIdentity,
  readRun,
  type Repository,
  type RunRecord,
  sha256File,
  writeFileAtomic,
} from '@codex-orch/core';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { answerFile, answersDir, elevationDigest } from '../compose/elevation-desk.js';
import { actorOf, type Notary } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { reportRun } from './drive-run.js';
import { configFor, openNotary, openOrchestrator, userConfigFor } from './open-orchestrator.js';
import { openOwnRun, openRun } from './open-run.js';

export interface DecideFlags extends CommonFlags {
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
    by: { actor: 'human', ...(await readIdentity(repository.root, context.process.env)) },
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

/** Answers a Codex that waits, through the run directory: the orchestrator that holds the run picks it up. */
async function answerElevation(
  context: CliContext,
  flags: DecideFlags,
  repository: Repository,
  { runId, dir, lines, state }: RunRecord,
  id: string,
  decision: Decision,
): Promise<number> {
  const requested = lines.findLast(
    (line) => line.type === 'elevation.requested' && (line.data as { request: { id: string } }).request.id === id,
  );
  const decided = lines.some(
    (line) =>
      line.type === 'elevation.decided' && (line.data as { id: string }).id === id && line.seq > (requested?.seq ?? 0),
  );
  if (!requested || decided) {
    throw new RunStateError(
      runId,
      state.phase,
      decided
        ? `waiting for an answer to "${id}" any more`
        : `waiting for an answer to "${id}": there is no such request`,
      'Look at the requests with `codex-orch runs show`.',
    );
  }
  const { request } = requested.data as { request: Parameters<typeof elevationDigest>[0] };
  const sha256 = elevationDigest(request);
  const notary = openNotary(context, repository, await userConfigFor(context));
  const approval = await approvalOf(context, repository, { kind: 'elevation', id, sha256 }, decision, notary, flags);
  await notary.recorded(
    actorOf(approval),
    { action: actionOf(decision), runId, subject: approval.subject },
    async () => {
      await mkdir(answersDir(dir), { recursive: true });
      await writeFileAtomic(answerFile(dir, sha256), JSON.stringify(approval));
    },
  );
  if (flags.json) printJson(context, approval);
  else context.process.stdout.write(`The request "${visibleLine(id)}" of run ${runId} is ${decision}.\n`);
  return exitCode.done;
}

const decide = (decision: Decision) =>
  command(async (context, flags: DecideFlags, asked: string): Promise<number> => {
    const { repository, run } = await (decision === 'approved' ? openOwnRun : openRun)(context, flags, asked);
    if (flags.request !== undefined) return answerElevation(context, flags, repository, run, flags.request, decision);
    const { runId, state } = run;
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
    const code = await reportRun(context, flags, run);
    return decision === 'rejected' ? exitCode.done : code;
  });

export const approve = decide('approved');
export const reject = decide('rejected');
