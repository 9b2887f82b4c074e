import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  defaultThresholds,
  type PlacedTarget,
  resolveScenario,
  type Scenario,
  selectTargets,
} from '@codex-orch/eval-harness';
import { type Asset, type AssetOptions, findAsset, type LoadedIndex } from '@codex-orch/learning-library';
import type { FoundScenario } from '../compose/evaluation/find-asset-scenario.js';
import { BadFlagsError } from '../errors.js';

/** What of a scenario is to be evaluated. */
export interface EvalChoice {
  readonly scenario: Scenario;
  readonly targets: readonly PlacedTarget[];
  readonly assets: readonly Asset[];
  /** Whether each asset is there because somebody named it: then it is a mistake where it cannot be evaluated. */
  readonly areNamed: boolean;
  readonly options: ReadonlyMap<string, AssetOptions>;
}

export interface ChoiceFlags {
  readonly target?: readonly string[] | undefined;
  readonly asset?: readonly string[] | undefined;
  readonly record: boolean;
}

/**
 * The targets and assets of a scenario, or those of them that flags name.
 *
 * Throws `ScenarioFileError`, `UnknownTargetError`, `UnknownAssetError` and {@link BadFlagsError}.
 */
export function chooseOf(
  { file, name, loaded }: FoundScenario,
  flags: ChoiceFlags,
  { all, index }: { readonly all: readonly PlacedTarget[]; readonly index: LoadedIndex['index'] },
): EvalChoice {
  const called = name ?? path.basename(file);
  const resolved = resolveScenario(file, loaded, { targets: all, assets: index.assets });
  const { scenario } = resolved;
  if (flags.record) checkRecordable(called, scenario);
  const asked = selectTargets(all, { names: flags.target }).map(({ target }) => target.name);
  const targets = resolved.targets.filter(({ target }) => asked.includes(target.name));
  const foreign = flags.target?.find((one) => !targets.some(({ target }) => target.name === one));
  if (foreign !== undefined)
    throw new BadFlagsError(
      `The scenario ${called} has no target "${foreign}".`,
      `It has ${resolved.targets.map(({ target }) => target.name).join(', ') || 'none'}.`,
    );
  if (targets.length === 0)
    throw new BadFlagsError(
      `The scenario ${called} has no target.`,
      'Mark one as quick in targets.json, or take another.',
    );
  const assets = flags.asset ? [...new Set(flags.asset)].map((id) => findAsset(index, id)) : resolved.assets;
  const { ids, kinds } = scenario.assets;
  const other = assets.find(({ id, kind }) => !(ids?.includes(id) ?? kinds?.includes(kind)));
  if (other)
    throw new BadFlagsError(
      `The scenario ${called} is not about ${other.id}.`,
      ids ? `It has ${ids.join(', ')}.` : `It is about assets of the kinds ${(kinds ?? []).join(', ')}.`,
    );
  return { scenario, targets, assets, areNamed: (flags.asset ?? ids) !== undefined, options: resolved.options };
}

/** A proof says that an asset as it is by itself keeps behaviour everywhere, by what is usually asked. */
function checkRecordable(called: string, { targets, options, thresholds }: Scenario): void {
  const isUnusual = !isDeepStrictEqual(thresholds, defaultThresholds);
  const why =
    targets !== 'all'
      ? 'is not of all targets'
      : Object.keys(options).length > 0
        ? 'gives assets options'
        : isUnusual
          ? 'asks for other thresholds than are usual'
          : undefined;
  if (why !== undefined)
    throw new BadFlagsError(
      `--record does not go with the scenario ${called}, which ${why}.`,
      'A proof is of all targets, without options and by the usual thresholds.',
    );
}
