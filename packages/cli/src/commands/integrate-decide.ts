import path from 'node:path';
import {
  type Approval,
  DiffDigestMismatchError,
  ifAbsent,
  OrchError,
  ProcessLock,
  readIdentity,
  type Repository,
  sha256File,
} from '@codex-orch/core';
import {
  awaitsApproval,
  decisionOn,
  findStart,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
  release,
  writeIntegration,
} from '@codex-orch/core/integration';
import { branchesAfter } from '../compose/integration/branches-after.js';
import { findIntegration, ownIntegrations } from '../compose/integration/find-integration.js';
import { actorOf } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { branchSteps } from './integrate-print.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { selfCommand } from './self-command.js';

/** There is nothing in an integration that a human could judge now. */
class NothingToDecideError extends OrchError {
  readonly code = 'integration-not-waiting';

  constructor(id: string, why: string, hint?: string) {
    super(`Nothing of integration ${id} waits for your decision: ${why}.`, { hint });
  }
}

/** Records what a human says of exactly what an integration made; an approval gives the branch what was held for it. */
export async function decideIntegration(
  context: CliContext,
  flags: CommonFlags & { readonly reason?: string | undefined },
  repository: Repository,
  asked: string,
  decision: Approval['decision'],
): Promise<number> {
  const { env, stdout } = context.process;
  const id =
    (asked === 'latest' ? await latestWaiting(env, repository.root) : undefined) ??
    (await findIntegration(env, repository.root, asked));
  const dir = await new IntegrationLayout(repository.root).find(id);
  await using _lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Integration ${id}`);
  const record = await readIntegration(dir);
  // Killed after it was recorded: what is left is to move the branch.
  const isHalfDone = record?.held !== undefined && record.held !== null && decisionOn(record) === 'approved';
  if (!record?.diff || record.tip === null || !(awaitsApproval(record) || (isHalfDone && decision === 'approved')))
    throw new NothingToDecideError(id, whyNot(record));
  const { branch } = await findStart(repository, { ref: null, commit: record.base.commit ?? '' }, record.branch);
  const isMoved = branch !== (record.held === null ? record.tip : record.branchBefore) && branch !== record.tip;
  if (isMoved && decision === 'approved')
    throw new NothingToDecideError(id, `${record.branch} was moved since`, 'Integrate the runs again.');
  const file = path.join(dir, 'diff.patch');
  const sha256 = (await ifAbsent(sha256File(file), undefined))?.sha256 ?? 'none: it is not there';
  if (sha256 !== record.diff.sha256) throw new DiffDigestMismatchError(file, record.diff.sha256, sha256);

  const notary = openNotary(context, repository, await configFor(context, repository));
  const subject = { kind: 'diff', id, sha256 } as const;
  const approval: Approval = await notary.sign({
    subject,
    decision,
    by: { actor: 'human', ...(await readIdentity(repository.root, env)) },
    at: new Date().toISOString(),
    channel: 'cli',
    justification: context.redactor.text(flags.reason ?? ''),
  });
  await notary.check(approval);
  let decided: IntegrationRecord = record;
  const action = decision === 'approved' ? 'approve' : 'reject';
  await notary.recorded(actorOf(approval), { action, runId: null, subject }, async () => {
    const updatedAt = approval.at;
    if (!isHalfDone) {
      decided = { ...decided, approvals: [...decided.approvals, approval], updatedAt };
      await writeIntegration(dir, decided);
    }
    if (decision === 'rejected') return;
    const { held, branch: name, branchBefore, tip } = decided;
    if (held !== null && tip !== null)
      await release(repository, { ref: held, branch: name, before: branchBefore, tip });
    decided = { ...decided, held: null, updatedAt };
    await writeIntegration(dir, decided);
  });
  if (flags.json) printJson(context, decided);
  else {
    const after = decision === 'approved' ? await branchesAfter(env, repository, decided) : undefined;
    const steps = after
      ? branchSteps(selfCommand(context), flags, decided, after, paletteFor(stdout, env))
          .map((step) => `${step}\n`)
          .join('')
      : '';
    const name = visibleLine(record.branch.replace(/^refs\/heads\//, ''));
    stdout.write(
      decision === 'approved'
        ? `The diff of integration ${id} is approved; ${name} is at ${record.tip.slice(0, 12)}.\n${steps}`
        : `The diff of integration ${id} is rejected; ${name} does not get it.${record.held === null ? '' : ` Drop it: git update-ref -d ${record.held}`}\n`,
    );
  }
  return exitCode.done;
}

/** The newest integration that waits for a human; undefined where none does. */
async function latestWaiting(env: NodeJS.ProcessEnv, root: string): Promise<string | undefined> {
  const layout = new IntegrationLayout(root);
  for (const id of (await ownIntegrations(env, root)).toReversed()) {
    const record = await readIntegration(layout.folderOf(id)).catch(() => undefined);
    if (record && awaitsApproval(record)) return id;
  }
  return undefined;
}

function whyNot(record: IntegrationRecord | undefined): string {
  if (!record) return 'it has recorded nothing yet';
  const decision = decisionOn(record);
  if (decision !== undefined) return `it is ${decision} already`;
  if (record.state === 'running') return 'it is not finished';
  if (record.tip === null) return 'it made nothing that its branch could have';
  return 'all that it put in is line for line what was approved';
}
