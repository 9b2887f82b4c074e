import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadTargets, type PlacedTarget, type TrialOptions } from '@codex-orch/eval-harness';
import type { CliContext } from '../context.js';
import { TargetsMissingError } from '../errors.js';
import { workingSandbox } from './eval-sandbox.js';
import { configFor } from './open-orchestrator.js';

/** Where a repository keeps its evaluations. */
export const evaluationsOf = (root: string): string => path.join(root, '.runs', 'eval');

/** Where a repository names its targets. */
export const targetsFileOf = (root: string): string => path.join(root, 'evaluation', 'targets.json');

/** What was accepted of a scenario. */
export const acceptedFileOf = (root: string, scenario: string): string =>
  path.join(root, 'evaluation', 'baselines', `${scenario}.json`);

/** The targets of a repository. Throws {@link TargetsMissingError} and `TargetsFileError`. */
export async function targetsOf(root: string): Promise<readonly PlacedTarget[]> {
  const file = targetsFileOf(root);
  if (!existsSync(file)) throw new TargetsMissingError(file);
  return loadTargets(file);
}

/** How targets are tried here: in the sandbox of this machine, with what is kept of former evaluations. */
export async function trialOptionsFor(
  context: CliContext,
  { root }: { readonly root: string },
  signal: AbortSignal,
): Promise<TrialOptions> {
  const { env } = context.process;
  const { codex } = await configFor(context, { root });
  return {
    sandbox: await workingSandbox({ path: codex.path, env }, signal),
    cacheDir: path.join(evaluationsOf(root), 'cache'),
    env: environmentOf(env),
    signal,
  };
}

/** What npm gets of the environment: all, as it has to find the user's registry and login. */
export const environmentOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
