import path from 'node:path';
import { type Approval, DiffDigestMismatchError, OrchError, sha256File } from '@codex-orch/core';
import { actorOf } from '../compose/notary.js';
import { type DatabaseFlags, openArtifacts, openQueue } from '../compose/fleet-database/open-queue.js';
import { fetchRun } from '../compose/fleet-database/publish-run.js';
import { remoteStandingSchema, standingSignal } from '../compose/fleet-database/remote-goal.js';
import { fetchedDir } from '../compose/fleet-database/submission.js';
import { decideGoal, followGoals } from '../compose/fleet-database/submit-goals.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

/** No goal of a database has this run. */
class RemoteRunUnknownError extends OrchError {
  readonly code = 'remote-run-unknown';

  constructor(runId: string) {
    super(`The database knows no run ${runId}.`, {
      hint: 'Give the whole id, as `goals run --database` prints it. A run of this machine is decided without --database.',
    });
  }
}

/** Makes the record of a decision. */
export type MakeApproval = (
  repository: Awaited<ReturnType<typeof repositoryOf>>,
  subject: Approval['subject'],
  notary: ReturnType<typeof openNotary>,
) => Promise<Approval>;

/** Decides about the diff of a goal that a worker of another machine has, and waits until that worker has taken it up. */
export async function decideRemote(
  context: CliContext,
  flags: CommonFlags & DatabaseFlags,
  runId: string,
  { action, makeApproval }: { readonly action: 'approve' | 'reject'; readonly makeApproval: MakeApproval },
): Promise<number> {
  const repository = await repositoryOf(context, flags);
  const notary = openNotary(context, repository, await configFor(context, repository));
  await using engine = await openQueue(context, flags);
  const known = await engine.get(runId);
  if (!known) throw new RemoteRunUnknownError(runId);
  const told = known.status === 'waiting' ? (await engine.sent(runId, standingSignal)).at(-1) : undefined;
  if (told === undefined)
    throw new RunStateError(runId, known.status, 'waiting for an approval', 'Follow it with `goals run --database`.');
  const standing = remoteStandingSchema.parse(told);
  const { phase, diffSha256, worker } = standing;
  if (phase !== 'awaiting-approval' || diffSha256 === null)
    throw new RunStateError(runId, phase, 'waiting for an approval of its diff', `Worker ${worker} has it.`);
  await using store = await openArtifacts(flags, engine);
  const folder = fetchedDir(context.process.env, runId);
  await fetchRun(standing, store, folder);
  // Who approves has read the file, so the file has to be what is approved.
  const file = path.join(folder, 'diff.patch');
  const { sha256 } = await sha256File(file);
  if (sha256 !== diffSha256) throw new DiffDigestMismatchError(file, diffSha256, sha256);
  const subject = { kind: 'diff', id: runId, sha256 } as const;
  const approval = await makeApproval(repository, subject, notary);
  await notary.recorded(actorOf(approval), { action, runId, subject }, () => decideGoal(runId, approval, engine));
  for await (const goal of followGoals([runId], engine)) {
    const phaseNow = goal.status === 'failed' ? goal.error.message : goal.standing.phase;
    if (flags.json) printJson(context, { runId, approval, status: goal.status, phase: phaseNow });
    else context.process.stdout.write(`Run ${runId} is ${visibleLine(phaseNow)}, on ${visibleLine(worker)}.\n`);
    const expected = action === 'approve' ? 'done' : 'rejected';
    if (goal.status !== 'ended' || goal.standing.phase !== expected) return exitCode.failed;
  }
  return exitCode.done;
}
