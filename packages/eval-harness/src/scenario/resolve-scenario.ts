import { type DocumentProblem, placeProblems } from '@codex-orch/core';
import { type AssetOptions, checkOptions, OptionsInvalidError } from '@codex-orch/learning-library';
import { inOrder } from '../document/read-parts.js';
import type { PlacedTarget } from '../target/load-targets.js';
import { ScenarioFileError } from './errors.js';
import type { LoadedScenario, Scenario } from './load-scenario.js';
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
  readonly scenario: Scenario;
  readonly targets: readonly PlacedTarget[];
  readonly assets: readonly A[];
  /** With the defaults of their assets, for those that the scenario gives any. */
  readonly options: ReadonlyMap<string, AssetOptions>;
}

/**
 * The targets and assets that a scenario names, with their options.
 *
 * Throws {@link ScenarioFileError} for what has not the form of a scenario, and for targets, assets and options that there are not: all of
 * them at once, each with its place, and with which one was probably meant.
 */
export function resolveScenario<A extends ScenarioAsset>(
  file: string,
  { text, parts, problems: malformed }: LoadedScenario,
  known: Known<A>,
): ResolvedScenario<A> {
  const problems: DocumentProblem[] = [];
  const targets = parts.targets ? targetsOf(parts.targets, known.targets, problems) : [];
  const assets = parts.assets ? assetsOf(parts.assets, known.assets, problems) : [];
  const ids = assets.filter(({ kind }) => kind !== 'template').map((each) => each.id);
  const options = new Map<string, AssetOptions>();
  // Which assets there are is not known where their list is wrong.
  for (const [id, given] of Object.entries((parts.assets && parts.options) ?? {})) {
    const path = ['options', id];
    const asset = assets.find((each) => each.id === id);
    if (!asset) {
      // It is told already where the list of assets has it.
      if (parts.assets?.ids?.includes(id) !== true)
        problems.push({ path: ['options'], key: id, message: `"${id}" is none of its assets. ${meant(id, ids)}` });
    } else if (asset.kind === 'template')
      problems.push({ path, message: 'a template has none; its examples come from its fixtures and its schema' });
    else {
      const found = optionProblems(asset, given);
      problems.push(...found.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
      if (found.options) options.set(id, found.options);
    }
  }
  const all = inOrder([...malformed, ...placeProblems(text, problems)]);
  if (all.length > 0) throw new ScenarioFileError(file, all);
  return { scenario: parts as Scenario, targets, assets, options };
}

function targetsOf(
  targets: Scenario['targets'],
  known: readonly PlacedTarget[],
  problems: DocumentProblem[],
): readonly PlacedTarget[] {
  if (targets === 'all') return known;
  if (targets === 'quick') return known.filter(({ target }) => target.quick);
  const names = known.map(({ target }) => target.name);
  for (const [index, name] of targets.entries())
    if (!names.includes(name))
      problems.push({ path: ['targets', index], message: `there is no target "${name}". ${meant(name, names)}` });
  return known.filter(({ target }) => targets.includes(target.name));
}

function assetsOf<A extends ScenarioAsset>(
  { ids, kinds = [] }: Scenario['assets'],
  known: readonly A[],
  problems: DocumentProblem[],
): readonly A[] {
  if (!ids) return known.filter(({ kind, status }) => kinds.includes(kind) && status !== 'retired');
  const all = known.map(({ id }) => id);
  for (const [index, id] of ids.entries())
    if (!all.includes(id))
      problems.push({ path: ['assets', 'ids', index], message: `the index has no asset "${id}". ${meant(id, all)}` });
  return [...new Set(ids)].flatMap((id) => known.filter((each) => each.id === id));
}

/** Options that the schema of an asset takes, with its defaults; or what is wrong with those that are given. */
function optionProblems(
  asset: ScenarioAsset,
  given: Readonly<Record<string, unknown>>,
): { readonly options?: AssetOptions; readonly problems: readonly DocumentProblem[] } {
  const { optionsSchema } = asset;
  const names = Object.keys(optionsSchema?.['properties'] ?? {});
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0 && optionsSchema?.['additionalProperties'] !== true)
    return {
      problems: unknown.map((key) => ({ path: [], key, message: `there is no option "${key}". ${meant(key, names)}` })),
    };
  try {
    return { options: checkOptions(asset, given), problems: [] };
  } catch (error) {
    if (!(error instanceof OptionsInvalidError)) throw error;
    return {
      problems: error.problems.map((problem) => {
        // `"deep.to": must be text`
        const [, at, message = problem] = /^"([\w.-]+)": (.*)$/s.exec(problem) ?? [];
        return { path: at?.split('.') ?? [], message };
      }),
    };
  }
}
