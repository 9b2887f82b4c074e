import { openRepository } from '@codex-orch/core';
import {
  checkDrift,
  type Drift,
  findRelease,
  type PlacedTarget,
  type Trial,
  tryTargets,
} from '@codex-orch/eval-harness';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { environmentOf, targetsOf, trialOptionsFor } from './eval-place.js';
import { folderOf } from './guard-change.js';
import { stoppable } from './eval-stoppable.js';

export interface TargetsCheckFlags extends CommonFlags {
  readonly releases: boolean;
  readonly tests: boolean;
}

export const check = command(async (context, flags: TargetsCheckFlags): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const targets = await targetsOf(root);
  const drifts = await stoppable(context, async (signal) => {
    const trials = flags.tests ? await tryAll(context, root, targets, signal) : [];
    const env = environmentOf(context.process.env);
    return checkDrift(targets, {
      now: Date.now(),
      baselines: trials.flatMap(({ baseline }) => baseline ?? []),
      unusable: trials.flatMap(({ target, problems }) => problems.map((message) => ({ target, message }))),
      ...(flags.releases && { newestRelease: (target) => findRelease(target, { env, signal }) }),
    });
  });
  if (!drifts) return exitCode.interrupted;
  // That there is a newer release is news, and no fault.
  const fits = drifts.every(({ kind }) => kind === 'newer-release');
  if (flags.json) printJson(context, { fits, targets: targets.map(({ target }) => target.name), drifts });
  else {
    const lines = drifts.map((drift) => `${drift.target}: ${visibleLine(saidOf(drift))}`);
    const end = drifts.length === 0 ? 'all as they should be' : counted(drifts.length, 'finding');
    context.process.stdout.write(`${[...lines, `${counted(targets.length, 'target')}, ${end}.`].join('\n')}\n`);
  }
  return fits ? exitCode.done : exitCode.failed;
});

async function tryAll(
  context: CliContext,
  root: string,
  targets: readonly PlacedTarget[],
  signal: AbortSignal,
): Promise<readonly Trial[]> {
  const options = await trialOptionsFor(context, { root }, signal);
  const { stderr, env } = context.process;
  const { dim } = paletteFor(stderr, env);
  const say = (line: string): void => void stderr.write(`${dim(line)}\n`);
  say(`running the tests of ${counted(targets.length, 'target')}`);
  return tryTargets(targets, options, ({ target, problems }) =>
    say(`${target}: ${problems.length === 0 ? 'passes its own tests' : 'cannot be used as it is'}`),
  );
}

function saidOf(drift: Drift): string {
  switch (drift.kind) {
    case 'refresh-overdue':
      return `its refresh is overdue by ${counted(drift.sinceDays, 'day')}`;
    case 'config-changed':
      return 'the folder of its lockfile is not the pinned one; `eval targets refresh` pins it anew';
    case 'newer-release':
      return `${drift.latest} is released, and ${drift.pinned} pinned`;
    case 'baseline-changed':
      return `its tests give ${drift.found}, and ${drift.pinned} is pinned (passed/failed/skipped)`;
    case 'unusable':
      return drift.message;
    case 'release-unknown':
      return `its newest release is not known: ${drift.message}`;
  }
}
