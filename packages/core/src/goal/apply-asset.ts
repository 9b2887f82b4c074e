import type { AssetLibrary } from '../asset/asset-library.js';
import type { AssetUse } from '../asset/asset-offer.js';
import { type AssetReport, reportOf } from '../asset/asset-report.js';
import { AssetChangedError, AssetUnknownError } from '../asset/errors.js';
import type { Json, StepCtx } from '../engine/index.js';
import { describeFailure, type Failure, interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { failpoint } from '../failpoint/failpoint.js';
import type { Workspace } from '../workspace/index.js';

/** How the application of an asset ended: with its report, or with the reason why there was none. */
export type AssetResult =
  { readonly report: AssetReport; readonly refused?: never } | { readonly refused: Failure; readonly report?: never };

export interface AssetStep {
  readonly asset: AssetUse;
  readonly library: Pick<AssetLibrary, 'apply'> | undefined;
  readonly workspace: Workspace;
  /** The tree that the subtask starts from. */
  readonly tree: string;
}

/** As it was planned, or not at all. */
async function apply(
  { asset, library, workspace }: AssetStep,
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<AssetReport> {
  if (!library) throw new AssetUnknownError(asset.id, []);
  const application = await library.apply({ ...asset, root: workspace.tree, key, signal });
  if (application.digest !== asset.digest)
    throw new AssetChangedError({
      id: asset.id,
      wanted: `the one with digest ${asset.digest.slice(0, 12)}`,
      found: `the one with digest ${application.digest.slice(0, 12)}`,
    });
  return reportOf(application);
}

/**
 * Applies an asset to the work tree, in one step. The step can run again after a crash: it then starts from the same files, so that it
 * ends with the same ones.
 */
export async function applyAsset(ctx: StepCtx, what: AssetStep): Promise<AssetResult> {
  const { workspace, tree } = what;
  return ctx.step(
    'asset.apply',
    async ({ key, attempt, signal }): Promise<AssetResult & Json> => {
      // What a try that was cut off has written is not known.
      if (attempt > 1) await workspace.restore(tree, { signal });
      try {
        const report = await apply(what, { key, signal });
        failpoint('asset.applied');
        return { report };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
        await workspace.restore(tree, { signal });
        return { refused: describeFailure(error, error.code) };
      }
    },
    { startIsDurable: true },
  );
}
