import path from 'node:path';
import { counted, makeFolder, makeScratchFolder, OrchError, removeTree } from '@codex-orch/core';
import { controlAsset } from '../asset/control-asset.js';
import { inParallel } from '../parallel/in-parallel.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { evaluatePair } from '../scenario/evaluate-pair.js';
import type { Baseline } from '../scenario/pair-result.js';
import { takeBaseline, type TakenBaseline } from '../scenario/take-baseline.js';
import { defaultThresholds } from '../scenario/thresholds.js';
import type { PlacedTarget } from '../target/load-targets.js';
import type { Target } from '../target/target.js';
import type { TargetSource } from '../target/target-source.js';
import { prepareWorkspace } from '../workspace/prepare-workspace.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';

export interface TrialOptions {
  readonly sandbox: Sandbox;
  /** Folder for tarballs and installations, by their hashes. */
  readonly cacheDir: string;
  /** npm's environment while targets are fetched and installed; their own scripts do not run then. */
  readonly env: Readonly<Record<string, string>>;
  /** npm's registry by default. */
  readonly source?: TargetSource | undefined;
  /** Targets that are tried at the same time, where there are several; 2 by default. */
  readonly parallel?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a target that was tried as it is. */
export interface Trial {
  readonly target: string;
  /** Undefined where its tests could not be run. */
  readonly baseline?: Omit<Baseline, 'preparationMs'> | undefined;
  /** Why it should not be used so; none where it passes. */
  readonly problems: readonly string[];
}

/**
 * Tries several targets, as {@link tryTarget} does one. Results are told, and come, in the order of the targets.
 *
 * Throws errors of the machine, and the reason of the signal.
 */
export const tryTargets = (
  targets: readonly PlacedTarget[],
  options: TrialOptions,
  onTrial?: (trial: Trial) => void,
): Promise<readonly Trial[]> =>
  inParallel(options.parallel ?? 2, targets, (placed) => tryTarget(placed, options), onTrial);

/**
 * Fetches a target, runs its tests in the sandbox as it comes, and looks whether they notice the control.
 *
 * What is wrong with the target is a part of the result. Throws errors of the machine, and the reason of the signal.
 */
export async function tryTarget(placed: PlacedTarget, options: TrialOptions): Promise<Trial> {
  const { env, source, sandbox, signal } = options;
  // Commands run in other folders.
  const cacheDir = path.resolve(options.cacheDir);
  const { target } = placed;
  const trials = path.join(cacheDir, 'trials');
  await makeFolder(trials);
  const dir = await makeScratchFolder('trial', trials);
  try {
    const { workspace } = await prepareWorkspace({ dir, placed, source, cacheDir, env, sandbox, signal });
    const taken = await takeBaseline(workspace);
    const failing = problemsOf(target, taken);
    const problems = failing.length > 0 ? failing : await blindness(workspace, taken, signal);
    return { target: target.name, baseline: taken.record, problems };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof OrchError) || error.interrupts) throw error;
    return { target: target.name, problems: [`${error.code}: ${error.message}`] };
  } finally {
    await removeTree(dir);
  }
}

function problemsOf(target: Target, { outcomes, unstable, record }: TakenBaseline): string[] {
  const stable = [...outcomes].filter(([id]) => !unstable.has(id));
  const passed = stable.filter(([, outcome]) => outcome === 'passed').length;
  const failed = stable.filter(([, outcome]) => outcome === 'failed').map(([id]) => id);
  const problems: string[] = [];
  if (failed.length > target.baseline.failed)
    problems.push(
      `${counted(failed.length, 'test')} of its own fail, ${target.baseline.failed} are expected to: ${some(failed)}`,
    );
  else if (passed === 0) problems.push('Not one of its tests passes each time.');
  if (record.crashes[0] !== undefined) problems.push(`A test command leaves no report: ${record.crashes[0]}`);
  return problems;
}

const some = (ids: readonly string[]): string =>
  ids
    .slice(0, 3)
    .map((id) => JSON.stringify(id))
    .join(', ') + (ids.length > 3 ? ', …' : '');

/** Why nothing would be proven by its tests. */
async function blindness(
  workspace: TargetWorkspace,
  baseline: TakenBaseline,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  if ((await workspace.sources()).length === 0) return ['None of its files is among its sources.'];
  const { causes } = await evaluatePair({
    ...{ workspace, baseline, signal, asset: controlAsset, key: '', reproduce: [], thresholds: defaultThresholds },
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    // A control that makes tests hang has been noticed.
    if (error instanceof OrchError && error.code.startsWith('eval-tests')) return { causes: [] };
    throw error;
  });
  return causes.map(({ message }) => message);
}
