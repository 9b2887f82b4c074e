import type { AssetOffer, AssetUse } from '../asset/asset-offer.js';
import { checkOptions } from '../asset/check-options.js';
import { AssetChangedError, AssetOptionsError, AssetUnknownError } from '../asset/errors.js';
import { OrchError } from '../errors/orch-error.js';
import { type Plan, type ProposedPlan, proposedPlanSchema } from './outputs.js';

export type ResolvedPlan =
  | { readonly ok: true; readonly plan: Plan }
  /** `problem` says what is wrong in words that a planner can act on. */
  | { readonly ok: false; readonly problem: string };

type NamedAsset = NonNullable<NonNullable<ProposedPlan['subtasks'][number]['asset']>>;

function optionsOf({ id, options }: NamedAsset): unknown {
  try {
    return JSON.parse(options === '' ? '{}' : options);
  } catch (error) {
    throw new AssetOptionsError(id, `they are not JSON: ${(error as Error).message}`);
  }
}

/** The offered asset, bound by its digest. Throws {@link AssetUnknownError}, {@link AssetChangedError} and {@link AssetOptionsError}. */
function bind(named: NamedAsset, offers: readonly AssetOffer[]): AssetUse {
  const offer = offers.find(({ id }) => id === named.id);
  if (!offer)
    throw new AssetUnknownError(
      named.id,
      offers.map(({ id }) => id),
    );
  const { id, version, digest } = offer;
  if (named.version !== null && named.version !== version)
    throw new AssetChangedError({ id, wanted: `version ${named.version}`, found: `version ${version}` });
  const options = optionsOf(named);
  checkOptions(offer, options);
  return { id, version, digest, options: options as AssetUse['options'] };
}

/**
 * Makes a plan of a planner's answer: every asset that it names must be one that was offered, with options that it takes. There is no
 * way from such a subtask to a model's edit but by another plan.
 */
export function resolvePlan(proposed: ProposedPlan, offers: readonly AssetOffer[]): ResolvedPlan {
  const problems: string[] = [];
  const { summary, subtasks } = proposedPlanSchema.parse(proposed);
  const resolved = subtasks.map(({ asset, ...subtask }) => {
    if (asset === null) return subtask;
    try {
      return { ...subtask, asset: bind(asset, offers) };
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      problems.push(`Subtask "${subtask.id}": ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
      return subtask;
    }
  });
  return problems.length > 0
    ? { ok: false, problem: problems.join('\n') }
    : { ok: true, plan: { summary, subtasks: resolved } };
}
