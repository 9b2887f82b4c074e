import { type AssetOptions, checkOptions } from '../catalogue/options.js';
import type { RunnableAsset } from '../catalogue/runnable-asset.js';
import { OptionsInvalidError } from '../catalogue/errors.js';
import { SurveyFailedError } from '../lane/errors.js';
import type { LanePlan } from '../lane/lane.js';
import { surveyAll } from '../lane/survey.js';
import { candidates } from '../selection/candidates.js';
import { extensionsOf } from '../selection/languages.js';
import { listFiles } from '../selection/list-files.js';
import { FileReader } from '../selection/read-file.js';

/** An asset with the options that it is run with. */
export type ChosenAsset = RunnableAsset & { readonly options: AssetOptions };

export interface ApplyPlan extends LanePlan {
  readonly assets: readonly ChosenAsset[];
}

export interface SurveyOptions {
  /** The ids of the assets that look over the repository. */
  readonly assets: readonly string[];
  /** What the user gave, by the id of the asset: it is not replaced by what is found. */
  readonly given: Readonly<Record<string, AssetOptions>>;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how many files were looked at, of how many. */
  readonly onLooked?: ((done: number, total: number) => void) | undefined;
}

/**
 * Completes the options of assets with what they find in the whole repository, whichever part of it they are applied to.
 *
 * Throws `SurveyFailedError`, also where an asset finds options that it does not take itself.
 */
export async function surveyRepository(
  plan: ApplyPlan,
  { assets, given, maxBytes, signal, onLooked }: SurveyOptions,
): Promise<ApplyPlan> {
  const languages = plan.assets.filter(({ id }) => assets.includes(id)).flatMap((asset) => asset.languages);
  const files = await listFiles(plan.root, {
    extensions: extensionsOf(['javascript', 'typescript', ...languages]),
    names: new Set(['package.json']),
    signal,
  });
  let looked = 0;
  const batches = candidates(files, {
    reader: new FileReader(plan.root, maxBytes),
    prefilter: undefined,
    isWanted: () => true,
    // Those of them that are to be changed are told of when it is their turn.
    onSkipped: () => undefined,
    takesGenerated: true,
    onLooked: (count) => {
      looked += count;
      onLooked?.(looked, files.length);
    },
    signal,
  });
  const found = await surveyAll(batches, plan, assets, signal);
  return {
    ...plan,
    isSurveyDue: false,
    assets: plan.assets.map((asset) => {
      const options = found.get(asset.id);
      return options ? { ...asset, options: complete(asset, options, given[asset.id]) } : asset;
    }),
  };
}

function complete(asset: RunnableAsset, found: AssetOptions, given: AssetOptions = {}): AssetOptions {
  try {
    return checkOptions(asset, { ...found, ...given });
  } catch (error) {
    if (!(error instanceof OptionsInvalidError)) throw error;
    const why = `it found options that it does not take: ${error.problems.join('; ')}`;
    throw new SurveyFailedError(asset.id, why, { cause: error });
  }
}
