import path from 'node:path';
import {
  gitResult,
  makeFolder,
  makeScratchFolder,
  openRepository,
  ProcessLock,
  removeTree,
  writeFileAtomic,
} from '@codex-orch/core';
import {
  keepProposal,
  type Proposal,
  type ProposedFile,
  readProposal,
  type Refresh,
  refreshTargets,
  selectTargets,
  type TargetRefresh,
  writeProposal,
} from '@codex-orch/eval-harness';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { printDiff } from '../print/print-diff.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { evaluationsOf, targetsFileOf, targetsOf, trialOptionsFor } from './eval-place.js';
import { stoppable } from './eval-stoppable.js';
import { folderOf } from './guard-change.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface TargetsRefreshFlags extends CommonFlags {
  readonly to?: string | undefined;
  readonly keepLockfile: boolean;
  readonly write: boolean;
  readonly approve?: string | undefined;
}

export const refresh = command(async (context, flags: TargetsRefreshFlags, ...asked: string[]): Promise<number> => {
  checkFlags(flags, asked);
  const { root } = await openRepository(folderOf(context, flags));
  const targets = await targetsOf(root);
  const names = asked.length === 0 ? undefined : asked;
  selectTargets(targets, { names });
  const kept = path.join(evaluationsOf(root), 'refreshes');
  await makeFolder(kept);
  await using _lock = await ProcessLock.acquire(path.join(kept, 'lock'), 'the refresh of targets');
  // Awaited, as the lock goes with this function.
  if (flags.approve !== undefined) return await approve(context, flags, { root, kept, id: flags.approve });

  const found = await stoppable(context, async (signal) =>
    refreshTargets({
      ...(await trialOptionsFor(context, { root }, signal)),
      ...{ file: targetsFileOf(root), names, wanted: flags.to, keepLockfile: flags.keepLockfile, now: Date.now() },
      onRefresh: teller(context),
    }),
  );
  if (!found) return exitCode.interrupted;
  const { proposal } = found;
  const diff = await diffOf(found.files);
  if (proposal && flags.write) await writeProposal(path.dirname(targetsFileOf(root)), proposal);
  else if (proposal) {
    await keepProposal(kept, proposal);
    await writeFileAtomic(path.join(kept, `${proposal.id}.diff`), diff);
  }
  if (flags.json) printJson(context, dataOf(found, diff, flags.write));
  else tell(context, flags, { found, diff, kept });
  if (found.targets.some(({ outcome }) => outcome === 'failed')) return exitCode.failed;
  return proposal && !flags.write ? exitCode.waiting : exitCode.done;
});

function checkFlags({ to, keepLockfile, write, approve: id }: TargetsRefreshFlags, asked: readonly string[]): void {
  if (id !== undefined && (write || keepLockfile || to !== undefined || asked.length > 0))
    throw new BadFlagsError(
      '--approve goes with no target and no other flag.',
      'What it writes is what was proposed, to the letter.',
    );
  if (to !== undefined && asked.length !== 1)
    throw new BadFlagsError('--to is about one target.', 'Name the target before it.');
}

async function approve(
  context: CliContext,
  flags: TargetsRefreshFlags,
  { root, kept, id }: { readonly root: string; readonly kept: string; readonly id: string },
): Promise<number> {
  const proposal = await readProposal(kept, id);
  await writeProposal(path.dirname(targetsFileOf(root)), proposal);
  if (flags.json) printJson(context, { written: true, proposal: summaryOf(proposal) });
  else context.process.stdout.write(`${writtenOf(proposal)}\n`);
  return exitCode.done;
}

const placesOf = ({ files }: Proposal): string[] => files.map((file) => `evaluation/${file.path}`);

const summaryOf = (proposal: Proposal) => ({ id: proposal.id, files: placesOf(proposal) });

const writtenOf = (proposal: Proposal): string => `Written: ${placesOf(proposal).join(', ')}.`;

const dataOf = ({ targets, proposal }: Refresh, diff: string, write: boolean) => ({
  targets,
  proposal: proposal ? summaryOf(proposal) : null,
  diff,
  written: proposal !== undefined && write,
});

/** Says on standard error what came of each target, as each takes its time. */
function teller({ process: { stderr, env } }: CliContext): (refresh: TargetRefresh) => void {
  const palette = paletteFor(stderr, env);
  return (refresh) => void stderr.write(`${headOf(refresh, palette)}\n`);
}

function headOf({ target, outcome, from, to, reasons }: TargetRefresh, { dim, red, green }: Palette): string {
  const versions = to === undefined || to === from ? from : `${from} → ${to}`;
  if (outcome === 'unchanged') return dim(`${target} ${visibleLine(versions)}: as it is pinned`);
  if (outcome === 'changed') return `${target} ${visibleLine(versions)}: ${green('passes its own tests')}`;
  return `${target} ${visibleLine(versions)}: ${red('stays as it was')}. ${visibleLine(reasons.join(' '))}`;
}

const lockfile = 'package-lock.json';

function tell(
  context: CliContext,
  flags: TargetsRefreshFlags,
  {
    found: { targets, proposal },
    diff,
    kept,
  }: { readonly found: Refresh; readonly diff: string; readonly kept: string },
): void {
  const { stdout, env } = context.process;
  const palette = paletteFor(stdout, env);
  const say = (line: string): void => void stdout.write(`${line}\n`);
  const packages = targets.flatMap((each) => each.packages.map((change) => ({ ...change, target: each.target })));
  if (proposal) {
    const file = path.join(kept, `${proposal.id}.diff`);
    // Of lockfiles a person reads which versions changed.
    const shown = diff
      .split(/^(?=diff --git )/m)
      .filter((part) => !part.split('\n', 1)[0]?.endsWith(lockfile))
      .join('');
    say(printDiff(shown, { palette, maxLines: 400, path: file }));
  }
  for (const { target, package: name, before, after } of packages)
    say(visibleLine(`${target}: ${name} ${before ?? '(not there)'} → ${after ?? '(gone)'}`));
  const count = (outcome: TargetRefresh['outcome']): number =>
    targets.filter((each) => each.outcome === outcome).length;
  say(
    `${counted(targets.length, 'target')}: ${count('changed')} to change, ${count('unchanged')} as pinned, ${count('failed')} failed.`,
  );
  if (proposal && flags.write) say(writtenOf(proposal));
  else if (proposal)
    say(`Approve: ${selfCommand(context)} eval targets refresh --approve ${proposal.id}${repoFlag(flags)}`);
}

/** As git shows it. */
async function diffOf(files: readonly ProposedFile[]): Promise<string> {
  const scratch = await makeScratchFolder('eval-diff');
  try {
    for (const side of ['before', 'after'] as const)
      for (const file of files) {
        const place = path.join(scratch, side === 'before' ? 'a' : 'b', 'evaluation', file.path);
        await makeFolder(path.dirname(place));
        await writeFileAtomic(place, file[side], { durable: false });
      }
    if (files.length === 0) return '';
    const { stdout } = await gitResult(['diff', '--no-index', '--no-prefix', '--no-color', 'a', 'b'], { cwd: scratch });
    return stdout.toString();
  } finally {
    await removeTree(scratch);
  }
}
