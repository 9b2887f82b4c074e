import { existsSync } from 'node:fs';
import path from 'node:path';
import { openRepository, runCommand } from '@codex-orch/core';
import { checkDrift, type Drift, loadTargets, type PlacedTarget, type Target } from '@codex-orch/eval-harness';
import type { CliContext } from '../context.js';
import { TargetsMissingError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';

export interface TargetsCheckFlags extends CommonFlags {
  readonly releases: boolean;
}

/** Where a repository keeps its evaluations. */
export const evaluationsOf = (root: string): string => path.join(root, '.runs', 'eval');

/** The targets of a repository. Throws {@link TargetsMissingError} and `TargetsFileError`. */
export async function targetsOf(root: string): Promise<readonly PlacedTarget[]> {
  const file = path.join(root, 'evaluation', 'targets.json');
  if (!existsSync(file)) throw new TargetsMissingError(file);
  return loadTargets(file);
}

export const check = command(async (context, flags: TargetsCheckFlags): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const targets: readonly Target[] = (await targetsOf(root)).map(({ target }) => target);
  const drifts = await interruptible(context, (signal) =>
    checkDrift(targets, {
      now: Date.now(),
      ...(flags.releases && { latestVersion: (name: string) => latestVersion(context, name, root, signal) }),
    }),
  );
  if (flags.json) printJson(context, { targets: targets.map(({ name }) => name), drifts });
  else {
    const lines = drifts.map((drift) => `${drift.target}: ${visibleLine(saidOf(drift))}`);
    const end = drifts.length === 0 ? 'all as they should be' : counted(drifts.length, 'finding');
    context.process.stdout.write(`${[...lines, `${counted(targets.length, 'target')}, ${end}.`].join('\n')}\n`);
  }
  // That there is a newer release is news, and no fault.
  return drifts.every(({ kind }) => kind === 'newer-release') ? exitCode.done : exitCode.failed;
});

function saidOf(drift: Drift): string {
  switch (drift.kind) {
    case 'refresh-overdue':
      return `its refresh is overdue by ${counted(drift.sinceDays, 'day')}`;
    case 'newer-release':
      return `${drift.latest} is released, and ${drift.pinned} pinned`;
    case 'baseline-changed':
      return `its tests give ${drift.found}, and ${drift.pinned} is pinned`;
    case 'release-unknown':
      return `its newest release is not known: ${drift.message}`;
  }
}

async function latestVersion(
  { process: { env } }: CliContext,
  name: string,
  cwd: string,
  signal: AbortSignal,
): Promise<string> {
  const args = ['view', '--', name, 'version'];
  const result = await runCommand('npm', args, { cwd, env: environmentOf(env), signal, timeoutMs: 60_000 });
  signal.throwIfAborted();
  if (result.exitCode !== 0) throw new Error(result.stderr.toString().trim().split('\n')[0]);
  return result.stdout.toString().trim();
}

/** What npm gets of the environment: all, as it has to find the user's registry and login. */
export const environmentOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
