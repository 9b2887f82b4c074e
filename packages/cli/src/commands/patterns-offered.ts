import { OrchError } from '@codex-orch/core';
import { type Asset, digestModule, type LoadedIndex, locateModule, whyNotOffered } from '@codex-orch/learning-library';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';

/** Why assets of an index are offered to nobody who does not ask for them, by their ids. */
export type NotOffered = ReadonlyMap<string, string>;

/** Looks at the code of all assets, as an evaluation of other code says nothing; what is not installed is judged by its version. */
export async function notOffered({ index, folder }: LoadedIndex): Promise<NotOffered> {
  // Rules share a module.
  const digests = new Map<string, Promise<string | undefined>>();
  const digestOf = (asset: Asset): Promise<string | undefined> => {
    const key = JSON.stringify([asset.package, asset.module]);
    const digest = digests.get(key) ?? digestHere(asset, folder);
    digests.set(key, digest);
    return digest;
  };
  const found = new Map<string, string>();
  for (const asset of index.assets) {
    const why = whyNotOffered(asset, await digestOf(asset));
    if (why !== undefined) found.set(asset.id, why);
  }
  return found;
}

async function digestHere(asset: Asset, folder: string): Promise<string | undefined> {
  try {
    return await digestModule((await locateModule(asset, folder)).module);
  } catch (error) {
    if (error instanceof OrchError) return undefined;
    throw error;
  }
}

/** So many reasons are told. */
const told = 5;

/** A line about assets that are left out of a list, with why. */
export function leftOutLine(assets: readonly Asset[], why: NotOffered): string {
  const named = assets.slice(0, told).map(({ id }) => `${id} (${why.get(id) ?? 'unknown'})`);
  const more = assets.length > told ? ', …' : '';
  const [verb, them] = assets.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return visibleLine(`${assets.length} more ${verb} not offered: ${named.join(', ')}${more}. --all lists ${them} too.`);
}

/** What the last evaluation of an asset was. */
export function evaluatedWords({ evaluation }: Asset, why: string | undefined): string {
  if (!evaluation) return 'never';
  const { passed, at, failedOn = [], targets, changedTargets, examples } = evaluation;
  const on = passed
    ? typeof examples === 'number'
      ? `, rendered from ${counted(examples, 'example')}`
      : ` on ${counted(Number(targets ?? 0), 'target')}, changed ${Number(changedTargets ?? 0)} of them`
    : ` on ${failedOn.join(', ')}`;
  const said = `${passed ? 'passed' : 'failed'}${on}, ${at.slice(0, 10)}`;
  return passed && why !== undefined ? `${said}; ${why}` : said;
}
