import {
  type Approval,
  LockedError,
  ProcessLock,
  readIdentity,
  type Repository,
  type RunRecord,
  writeFileAtomic,
} from '@codex-orch/core';
import { mkdir } from 'node:fs/promises';
import { answerFile, answersDir, elevationDigest } from '../compose/elevation-desk.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { type CommonFlags, command, printJson } from './command.js';
import { reportRun } from './drive-run.js';
import { openOrchestrator } from './open-orchestrator.js';
import { openRun } from './open-run.js';

export interface DecideFlags extends CommonFlags {
  readonly reason?: string | undefined;
  readonly request?: string | undefined;
}

type Decision = Approval['decision'];

async function approvalOf(
  context: CliContext,
  repository: Repository,
  subject: Approval['subject'],
  decision: Decision,
  { reason }: DecideFlags,
): Promise<Approval> {
  return {
    subject,
    decision,
    by: { actor: 'human', ...(await readIdentity(repository.root, context.process.env)) },
    at: new Date().toISOString(),
    channel: 'cli',
    justification: reason ?? '',
  };
}

/** Answers a Codex that waits, through the run directory: the orchestrator that holds the run picks it up. */
async function answerElevation(
  context: CliContext,
  flags: DecideFlags,
  repository: Repository,
  { runId, dir, lines }: RunRecord,
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
      decided ? 'already decided' : 'without such a request',
      `waiting for an answer to "${id}"`,
      'Look at the requests with `codex-orch runs show`.',
    );
  }
  const { request } = requested.data as { request: Parameters<typeof elevationDigest>[0] };
  const sha256 = elevationDigest(request);
  const approval = await approvalOf(context, repository, { kind: 'elevation', id, sha256 }, decision, flags);
  await mkdir(answersDir(dir), { recursive: true });
  await writeFileAtomic(answerFile(dir, sha256), JSON.stringify(approval));
  if (flags.json) printJson(context, approval);
  else context.process.stdout.write(`The request "${id}" of run ${runId} is ${decision}.\n`);
  return exitCode.done;
}

const decide = (decision: Decision) =>
  command(async (context, flags: DecideFlags, asked: string): Promise<number> => {
    const { repository, run } = await openRun(context, flags, asked);
    if (flags.request !== undefined) return answerElevation(context, flags, repository, run, flags.request, decision);
    const { runId, state } = run;
    if (state.phase !== 'awaiting-approval' || !state.diff) {
      throw new RunStateError(runId, state.phase, 'waiting for an approval', `See \`codex-orch runs show ${runId}\`.`);
    }
    const approval = await approvalOf(
      context,
      repository,
      { kind: 'diff', id: runId, sha256: state.diff.sha256 },
      decision,
      flags,
    );
    await using orchestrator = await openOrchestrator(context, repository);
    await orchestrator.decide(run, approval);
    const holder = await ProcessLock.holder(`${run.dir}/lock`);
    if (!holder) {
      try {
        await orchestrator.resume(run);
        await orchestrator.settled(run);
      } catch (error) {
        // Whoever took the run in the meantime finds the decision in its mailbox.
        if (!(error instanceof LockedError)) throw error;
      }
    }
    const code = await reportRun(context, flags, run);
    return decision === 'rejected' ? exitCode.done : code;
  });

export const approve = decide('approved');
export const reject = decide('rejected');
