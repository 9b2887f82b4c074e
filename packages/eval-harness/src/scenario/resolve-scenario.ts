import { type AssetOptions, checkOptions, OptionsInvalidError } from '@codex-orch/learning-library';
import type { PlacedTarget } from '../target/load-targets.js';
import { ScenarioFileError } from './errors.js';
import type { Scenario } from './load-scenario.js';
import { meant } from './meant.js';

/** What of an entry of an index a scenario is about. */
export interface ScenarioAsset {
  readonly id: string;
  readonly kind: 'codemod' | 'rule' | 'template';
  readonly status: string;
  readonly optionsSchema?: Readonly<Record<string, unknown>> | undefined;
}

/** What there is to choose from. */
export interface Known<A extends ScenarioAsset> {
  readonly targets: readonly PlacedTarget[];
  readonly assets: readonly A[];
}

export interface ResolvedScenario<A extends ScenarioAsset> {
  readonly targets: readonly PlacedTarget[];
  readonly assets: readonly A[];
  /** With the defaults of their assets, for those that the scenario gives any. */
  readonly options: ReadonlyMap<string, AssetOptions>;
}

/**
 * The targets and assets that a scenario names, with their options.
 *
 * Throws {@link ScenarioFileError} for a target, an asset or an option that there is not, and says which one was probably meant.
 */
export function resolveScenario<A extends ScenarioAsset>(
  file: string,
  scenario: Scenario,
  known: Known<A>,
): ResolvedScenario<A> {
  const assets = assetsOf(file, scenario, known.assets);
  const options = Object.entries(scenario.options).map(([id, given]): [string, AssetOptions] => {
    const asset = assets.find((each) => each.id === id);
    const ids = assets.filter(({ kind }) => kind !== 'template').map((each) => each.id);
    if (!asset)
      throw new ScenarioFileError(file, `"options" has "${id}", which is none of its assets. ${meant(id, ids)}`);
    return [id, optionsOf(file, asset, given)];
  });
  return { targets: targetsOf(file, scenario, known.targets), assets, options: new Map(options) };
}

function targetsOf(file: string, { targets }: Scenario, known: readonly PlacedTarget[]): readonly PlacedTarget[] {
  if (targets === 'all') return known;
  if (targets === 'quick') return known.filter(({ target }) => target.quick);
  const names = known.map(({ target }) => target.name);
  const unknown = targets.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new ScenarioFileError(
      file,
      `"targets" names "${unknown}", and there is no such target. ${meant(unknown, names)}`,
    );
  return known.filter(({ target }) => targets.includes(target.name));
}

function assetsOf<A extends ScenarioAsset>(
  file: string,
  { assets: { ids, kinds = [] } }: Scenario,
  known: readonly A[],
): readonly A[] {
  if (!ids) return known.filter(({ kind, status }) => kinds.includes(kind) && status !== 'retired');
  const all = known.map(({ id }) => id);
  return [...new Set(ids)].map((id) => {
    const asset = known.find((each) => each.id === id);
    if (asset) return asset;
    throw new ScenarioFileError(file, `"assets.ids" names "${id}", and the index has no such asset. ${meant(id, all)}`);
  });
}

function optionsOf(file: string, asset: ScenarioAsset, given: Readonly<Record<string, unknown>>): AssetOptions {
  const { id, kind, optionsSchema } = asset;
  const place = `"options" of "${id}"`;
  if (kind === 'template')
    throw new ScenarioFileError(
      file,
      `${place}: a template has none; its examples come from its fixtures and its schema.`,
    );
  const names = Object.keys(optionsSchema?.['properties'] ?? {});
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined && optionsSchema?.['additionalProperties'] !== true)
    throw new ScenarioFileError(file, `${place}: there is no option "${unknown}". ${meant(unknown, names)}`);
  try {
    return checkOptions(asset, given);
  } catch (error) {
    if (!(error instanceof OptionsInvalidError)) throw error;
    throw new ScenarioFileError(file, `${place}: ${error.problems.join('; ')}. ${error.hint ?? ''}`.trim(), error);
  }
}
