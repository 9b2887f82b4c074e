import path from 'node:path';
import { type Approval, DiffDigestMismatchError, sha256File } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { actorOf } from '../compose/notary.js';
import { type DatabaseFlags, openArtifacts, openQueue, shortPatience } from '../compose/fleet-database/open-queue.js';
import { OtherRunError, RemoteRunUnknownError } from '../compose/fleet-database/errors.js';
import { fetchForJudge } from '../compose/fleet-database/fetched-run.js';
import { type RemoteStanding, remoteStandingSchema, standingSignal } from '../compose/fleet-database/remote-goal.js';
import { decideGoal, settledGoal } from '../compose/fleet-database/decide-goal.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { answerRemote } from './answer-remote.js';
import { type CommonFlags, printJson } from './command.js';
import { intoCheckout } from './goals-remote-summary.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { placeOf, sayPosted, whyNotWaiting } from './posted-decision.js';
import { beforePasting, queueFlags } from './remote-flags.js';
import { selfCommand } from './self-command.js';

/** After how long it is said that no worker has taken a decision up, in milliseconds. */
const patienceMs = 3000;

/** Makes the record of a decision. */
export type MakeApproval = (
  repository: Awaited<ReturnType<typeof repositoryOf>>,
  subject: Approval['subject'],
  notary: ReturnType<typeof openNotary>,
) => Promise<Approval>;

export interface RemoteDecision {
  readonly action: 'approve' | 'reject';
  readonly makeApproval: MakeApproval;
  /** The request of Codex that is answered; its diff is decided about without. */
  readonly request?: string | undefined;
}

/**
 * Decides about the diff of a goal that a worker of another machine has, or answers its Codex, and waits until that worker has taken
 * it up.
 */
export async function decideRemote(
  context: CliContext,
  flags: CommonFlags & DatabaseFlags,
  runId: string,
  decision: RemoteDecision,
): Promise<number> {
  const repository = await repositoryOf(context, flags);
  const notary = openNotary(context, repository, await configFor(context, repository));
  await using engine = await openQueue(context, flags, shortPatience);
  const known = await engine.get(runId);
  if (!known) throw new RemoteRunUnknownError(runId);
  const told = known.status === 'waiting' ? (await engine.sent(runId, standingSignal)).at(-1) : undefined;
  if (told === undefined)
    throw new RunStateError(
      runId,
      known.status,
      'waiting for an approval',
      await whyNotWaiting(context, flags, engine, runId),
    );
  const standing = remoteStandingSchema.parse(told);
  if (standing.runId !== runId) throw new OtherRunError(runId, standing.runId);
  const parts = { context, flags, repository, notary, engine, standing, decision };
  return decision.request === undefined ? await decideDiff(parts) : await answerRemote(parts, decision.request);
}

/** What deciding needs, wherever it is about. */
export interface Deciding {
  readonly context: CliContext;
  readonly flags: CommonFlags & DatabaseFlags;
  readonly repository: Awaited<ReturnType<typeof repositoryOf>>;
  readonly notary: ReturnType<typeof openNotary>;
  readonly engine: DbosEngine;
  readonly standing: RemoteStanding;
  readonly decision: RemoteDecision;
}

async function decideDiff({
  context,
  flags,
  repository,
  notary,
  engine,
  standing,
  decision,
}: Deciding): Promise<number> {
  const { action, makeApproval } = decision;
  const { runId, phase, diffSha256, worker, requests } = standing;
  const [asked] = requests;
  if (asked !== undefined)
    throw new RunStateError(
      runId,
      phase,
      'waiting for an approval of its diff yet: Codex asks to leave its sandbox',
      `Read it with \`codex-orch goals status --database\`, then answer with --request ${visibleLine(asked)}.`,
    );
  if (phase !== 'awaiting-approval' || diffSha256 === null)
    throw new RunStateError(runId, phase, 'waiting for an approval of its diff', `Worker ${worker} has it.`);
  await using store = await openArtifacts(flags, engine);
  const folder = await fetchForJudge(context.process.env, standing, store);
  // Who approves has read the file, so the file has to be what is approved.
  const file = path.join(folder, 'diff.patch');
  const { sha256 } = await sha256File(file);
  if (sha256 !== diffSha256) throw new DiffDigestMismatchError(file, diffSha256, sha256);
  const subject = { kind: 'diff', id: runId, sha256 } as const;
  const approval = await makeApproval(repository, subject, notary);
  await notary.recorded(actorOf(approval), { action, runId, subject }, () => decideGoal(runId, approval, engine));
  const isPosted = setTimeout(() => {
    sayPosted(context, flags, engine, runId).catch(() => undefined);
  }, patienceMs);
  const goal = await settledGoal(runId, engine).finally(() => {
    clearTimeout(isPosted);
  });
  const phaseNow = goal.status === 'failed' ? goal.error.message : goal.standing.phase;
  const where = goal.status === 'failed' ? worker : goal.standing.worker;
  if (flags.json) printJson(context, { runId, approval, status: goal.status, phase: phaseNow });
  else {
    const isDone = goal.status === 'ended' && goal.standing.phase === 'done';
    const of = await placeOf(runId, engine);
    const { dim } = paletteFor(context.process.stdout, context.process.env);
    const others = of
      ? [
          `  ${selfCommand(context)} goals status ${of.fleetId}${queueFlags(context, { ...flags, queue: of.queue })}   ${dim('# how its other goals stand')}`,
        ]
      : [];
    const next = [...(isDone ? intoCheckout(context, flags, { runId }) : []), ...others];
    const lines = [
      `Run ${runId}${of ? ` (${visibleLine(of.goal)})` : ''} is ${visibleLine(phaseNow)}, on ${visibleLine(where)}.`,
      ...(next.length > 0 ? ['Next:', ...next, ...beforePasting(context, flags)] : []),
    ];
    context.process.stdout.write(`${lines.join('\n')}\n`);
  }
  const expected = action === 'approve' ? 'done' : 'rejected';
  return goal.status === 'ended' && goal.standing.phase === expected ? exitCode.done : exitCode.failed;
}
