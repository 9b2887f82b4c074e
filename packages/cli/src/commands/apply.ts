import path from 'node:path';
import {
  applyDiff,
  type AppliedDiff,
  DiffDoesNotApplyError,
  failpoint,
  ProcessLock,
  readIdentity,
  type RunRecord,
  RunStore,
} from '@codex-orch/core';
import { BadFlagsError, RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type SecretFinding, SecretFoundError } from '../secret-gate/errors.js';
import { findSecrets } from '../secret-gate/find-secrets.js';
import { noteRun } from './asset-uses.js';
import { type CommonFlags, command, printJson } from './command.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { openOwnRun } from './open-run.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface ApplyFlags extends CommonFlags {
  readonly check: boolean;
  readonly acceptSecrets?: string | undefined;
}

/** What looks like a secret stops an apply, unless a human says why it may pass. */
async function passGate(
  runId: string,
  { acceptSecrets }: ApplyFlags,
  search: Parameters<typeof findSecrets>[0],
): Promise<{ readonly reason: string; readonly findings: SecretFinding[] } | undefined> {
  if (acceptSecrets?.trim() === '')
    throw new BadFlagsError('--accept-secrets wants a reason.', 'Say why these are no secrets.');
  const findings = [...(await findSecrets(search))];
  if (findings.length === 0) return undefined;
  if (acceptSecrets === undefined) throw new SecretFoundError(runId, findings);
  return { reason: acceptSecrets.trim(), findings };
}

/** The assets that made part of the diff, each version once. */
function usedAssets({ applied }: RunRecord['state']): { readonly id: string; readonly version: string }[] {
  const used = applied.filter(({ report }) => report.changedCount > 0).map(({ asset }) => asset);
  return [...new Map(used.map(({ id, version }) => [`${id}@${version}`, { id, version }])).values()];
}

export const apply = command(async (context, flags: ApplyFlags, asked: string): Promise<number> => {
  const { repository, run } = await openOwnRun(context, flags, asked);
  const { runId, state, dir } = run;
  const approval = state.approvals.findLast(({ decision }) => decision === 'approved');
  if (state.phase !== 'done' || !state.diff || !approval || !state.created) {
    const hint =
      state.phase === 'awaiting-approval'
        ? `Look at the diff, then approve it: ${selfCommand(context)} approve ${runId}${repoFlag(flags)}`
        : `See ${selfCommand(context)} runs show ${runId}${repoFlag(flags)}`;
    throw new RunStateError(runId, state.phase, 'approved', hint);
  }
  const config = await configFor(context, repository);
  const notary = openNotary(context, repository, config);
  await notary.check(approval);
  await using lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Run ${runId}`);
  const { name, email } = await readIdentity(repository.root, context.process.env);
  const actor = `human:${email || name}`;
  const { commit: baseCommit } = state.created.base;
  const change = (): Promise<AppliedDiff> =>
    applyDiff({
      repository,
      diffPath: path.join(dir, 'diff.patch'),
      expectedSha256: approval.subject.sha256,
      baseCommit,
      check: flags.check,
    });
  const { subject } = approval;
  const search = { dir, artifacts: state.artifacts, diffSha256: subject.sha256 };
  const acceptedSecrets = await passGate(runId, flags, search);
  let result: AppliedDiff;
  try {
    result = flags.check ? await change() : await notary.recorded(actor, { action: 'apply', runId, subject }, change);
  } catch (error) {
    if (!(error instanceof DiffDoesNotApplyError)) throw error;
    const { whereMerged } = await import('./where-merged.js');
    const merged = await whereMerged(context, repository, run);
    if (!merged?.isWhole) {
      if (merged && !flags.json) context.process.stderr.write(`${merged.said}.\n`);
      throw error;
    }
    if (flags.json) printJson(context, { runId, status: 'already-applied', files: [] });
    else context.process.stdout.write(`${merged.said}; nothing was changed.\n`);
    return exitCode.done;
  }
  const files = result.files.map((file) => file.path);
  if (result.status !== 'would-apply') {
    await using store = await RunStore.open(run, { seal: notary.seal, redactor: context.redactor });
    // An event a checkout: applying the same diff again is no news.
    await store.append(
      {
        type: 'applied',
        data: {
          diffSha256: state.diff.sha256,
          repository: repository.root,
          files,
          by: email || name,
          ...(acceptedSecrets ? { acceptedSecrets } : {}),
        },
      },
      { actor, key: `applied:${repository.root}` },
    );
    failpoint('apply.recorded');
  }
  // Again where it was applied already: the last try may have ended right before this.
  const adoption =
    result.status === 'would-apply'
      ? undefined
      : await noteRun(repository.root, { runId, task: state.created.taskId, assets: usedAssets(state), files });
  if (flags.json)
    printJson(context, {
      runId,
      status: result.status,
      files: result.files,
      ...(adoption ? { assets: adoption.noted } : {}),
    });
  else {
    const said = { applied: 'Changed', 'already-applied': 'Already changed', 'would-apply': 'Would change' }[
      result.status
    ];
    const branch = repository.head.branch ?? 'HEAD';
    context.process.stdout.write(
      result.isInHead
        ? `${visibleLine(branch)} has all of it already, committed: ${counted(files.length, 'file')}; nothing was changed.\n`
        : `${said} ${counted(files.length, 'file')} in ${visibleLine(repository.root)}; nothing is staged or committed.\n`,
    );
    for (const { status, oldPath, path: name } of result.files) {
      const from = oldPath === undefined ? '' : `${visibleLine(oldPath)} → `;
      context.process.stdout.write(`  ${status.padEnd(8)} ${from}${visibleLine(name)}\n`);
    }
    if (result.status === 'applied' && repository.head.commit !== baseCommit)
      context.process.stdout.write(
        `The diff was made on ${baseCommit.slice(0, 12)}, your checkout is at ${repository.head.commit.slice(0, 12)}: the tests have not seen the two together.\n`,
      );
    if (adoption) context.process.stdout.write(`${visibleLine(adoption.message)}\n`);
  }
  return exitCode.done;
});
