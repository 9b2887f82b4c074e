import path from 'node:path';
import { applyDiff, failpoint, ProcessLock, readIdentity, RunStore } from '@codex-orch/core';
import { RunStateError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { repoFlag } from './drive-run.js';
import { openRun } from './open-run.js';
import { selfCommand } from './self-command.js';

export interface ApplyFlags extends CommonFlags {
  readonly check: boolean;
}

export const apply = command(async (context, flags: ApplyFlags, asked: string): Promise<number> => {
  const { repository, run } = await openRun(context, flags, asked);
  const { runId, state, dir } = run;
  const approval = state.approvals.findLast(({ decision }) => decision === 'approved');
  if (state.phase !== 'done' || !state.diff || !approval || !state.created) {
    const hint =
      state.phase === 'awaiting-approval'
        ? `Look at the diff, then approve it: ${selfCommand(context)} approve ${runId}${repoFlag(flags)}`
        : `See ${selfCommand(context)} runs show ${runId}${repoFlag(flags)}`;
    throw new RunStateError(runId, state.phase, 'approved', hint);
  }
  await using lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Run ${runId}`);
  const result = await applyDiff({
    repository,
    diffPath: path.join(dir, 'diff.patch'),
    expectedSha256: approval.subject.sha256,
    baseCommit: state.created.base.commit,
    check: flags.check,
  });
  const files = result.files.map((file) => file.path);
  if (result.status !== 'would-apply') {
    const { name, email } = await readIdentity(repository.root, context.process.env);
    await using store = await RunStore.open(run);
    // An event a checkout: applying the same diff again is no news.
    await store.append(
      {
        type: 'applied',
        data: { diffSha256: state.diff.sha256, repository: repository.root, files, by: email || name },
      },
      { actor: `human:${email || name}`, key: `applied:${repository.root}` },
    );
    failpoint('apply.recorded');
  }
  if (flags.json) printJson(context, { runId, status: result.status, files: result.files });
  else {
    const said = { applied: 'Changed', 'already-applied': 'Already changed', 'would-apply': 'Would change' }[
      result.status
    ];
    context.process.stdout.write(
      `${said} ${files.length} file(s) in ${repository.root}; nothing is staged or committed.\n`,
    );
    for (const file of result.files)
      context.process.stdout.write(`  ${file.status.padEnd(8)} ${visibleLine(file.path)}\n`);
  }
  return exitCode.done;
});
