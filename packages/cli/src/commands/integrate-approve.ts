import path from 'node:path';
import {
  type Approval,
  DiffDigestMismatchError,
  ProcessLock,
  readIdentity,
  type Repository,
  sha256File,
} from '@codex-orch/core';
import {
  awaitsApproval,
  findStart,
  IntegrationLayout,
  readIntegration,
  writeIntegration,
} from '@codex-orch/core/integration';
import { assertIntegrationNoted } from '../compose/integration/integration-place.js';
import { actorOf } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { type CommonFlags, printJson } from './command.js';
import { configFor, openNotary } from './open-orchestrator.js';

/** Records that a human approves exactly what an integration made. */
export async function approveIntegration(
  context: CliContext,
  flags: CommonFlags & { readonly reason?: string | undefined },
  repository: Repository,
  asked: string,
): Promise<number> {
  const { env, stdout } = context.process;
  const dir = await new IntegrationLayout(repository.root).find(asked);
  const id = path.basename(dir);
  await assertIntegrationNoted(env, id, repository.root);
  await using _lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Integration ${id}`);
  const record = await readIntegration(dir);
  if (!record?.diff || record.tip === null || !awaitsApproval(record))
    throw new RunStateError(id, record?.state ?? 'empty', 'waiting for an approval', 'There is nothing to approve.');
  const { branch } = await findStart(repository, { ref: null, commit: record.base.commit ?? '' }, record.branch);
  if (branch !== record.tip)
    throw new RunStateError(id, 'moved', 'where it was', `${record.branch} was moved since. Integrate the runs again.`);
  const file = path.join(dir, 'diff.patch');
  const { sha256 } = await sha256File(file).catch(() => ({ sha256: 'none: it cannot be read' }));
  if (sha256 !== record.diff.sha256) throw new DiffDigestMismatchError(file, record.diff.sha256, sha256);
  const notary = openNotary(context, repository, await configFor(context, repository));
  const subject = { kind: 'diff', id, sha256 } as const;
  const approval: Approval = await notary.sign({
    subject,
    decision: 'approved',
    by: { actor: 'human', ...(await readIdentity(repository.root, env)) },
    at: new Date().toISOString(),
    channel: 'cli',
    justification: context.redactor.text(flags.reason ?? ''),
  });
  await notary.check(approval);
  const approved = { ...record, approvals: [...record.approvals, approval], updatedAt: approval.at };
  await notary.recorded(actorOf(approval), { action: 'approve', runId: null, subject }, () =>
    writeIntegration(dir, approved),
  );
  if (flags.json) printJson(context, approved);
  else stdout.write(`The diff of integration ${id} is approved.\n`);
  return exitCode.done;
}
