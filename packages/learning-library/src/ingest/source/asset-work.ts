import type { GoalEvent, RunRecord } from '@codex-orch/core';

/** Which files of a run's diff assets have changed. */
export interface AssetWork {
  /** Nobody else did. */
  readonly alone: ReadonlySet<string>;
  /** Somebody else did too. */
  readonly mixed: ReadonlySet<string>;
}

type Diff = Extract<GoalEvent, { type: 'asset.applied' }>['data']['diff'];

/** How much of a file has changed since the run began; undefined where nothing has. */
const extents = ({ files }: Pick<Diff, 'files'>): ReadonlyMap<string, string> =>
  new Map(files.map(({ path, status, added, removed }) => [path, `${status} +${added} -${removed}`]));

/**
 * Tells the work of assets from that of the others in a run: an event says after each how much of which file had changed. Who changed
 * what within one file is not recorded.
 */
export function assetWork({ lines }: Pick<RunRecord, 'lines'>): AssetWork {
  const byAsset = new Set<string>();
  const byOthers = new Set<string>();
  let before = extents({ files: [] });
  for (const { type, data } of lines) {
    if (type !== 'asset.applied' && type !== 'build.finished') continue;
    const after = extents((data as { readonly diff: Diff }).diff);
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path),
    );
    for (const path of touched) (type === 'asset.applied' ? byAsset : byOthers).add(path);
    before = after;
  }
  const split = (isMixed: boolean) => new Set([...byAsset].filter((path) => byOthers.has(path) === isMixed));
  return { alone: split(false), mixed: split(true) };
}
