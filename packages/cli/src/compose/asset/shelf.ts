import {
  type ApplyAsset,
  type Approval,
  AssetChangedError,
  type AssetApplication,
  type AssetLibrary,
  type AssetOffer,
  assetOfferSchema,
  AssetUnknownError,
  canonicalJson,
  isReadableSchema,
  maxOffers,
  type OfferQuery,
  OrchError,
  type ResolvedConfig,
  sha256,
} from '@codex-orch/core';
import {
  type Asset,
  type LoadedIndex,
  loadIndex,
  type RunnableAsset,
  runnableAssets,
  whyNotProven,
} from '@codex-orch/learning-library';
import { AssetUnusableError } from '../errors.js';
import { applyToTree } from './apply-to-tree.js';
import { findTexts } from './find-texts.js';
import { sharedWords } from './goal-words.js';

type OnUnusable = (id: string, why: string) => void;

export interface ShelfOptions {
  readonly config: ResolvedConfig['assets'];
  /** Absolute path of the index that comes with the program, if there is one. */
  readonly ownIndex: string | undefined;
  /** Throws for an approval of an asset that does not count, e.g. one whose signature is missing. */
  readonly checkApproval: (approval: Approval) => Promise<void>;
  /** Told of an asset that would be offered if it could be used. */
  readonly onUnusable?: OnUnusable | undefined;
}

/** An asset that may be used, with what it is run from. */
interface Usable {
  readonly runnable: RunnableAsset;
  readonly offer: AssetOffer;
}

/** What everything that decides about the work of an asset adds up to. */
const digestOf = ({ id, version, sha256: code, prefilter, languages, optionsSchema }: RunnableAsset): string =>
  sha256(canonicalJson({ id, version, code, prefilter, languages, optionsSchema: optionsSchema ?? null }));

/** The largest schema of options that a planner is shown, in characters. */
const maxSchema = 4000;

function offerOf({ kind, title, whenToUse, risk }: Asset, runnable: RunnableAsset): AssetOffer | undefined {
  const optionsSchema = runnable.optionsSchema ?? { type: 'object', additionalProperties: false };
  const { success, data } = assetOfferSchema.safeParse({
    id: runnable.id,
    version: runnable.version,
    kind,
    title: title.slice(0, 200),
    whenToUse: whenToUse.slice(0, 1000),
    optionsSchema,
    risk,
    digest: digestOf(runnable),
  });
  return success && JSON.stringify(optionsSchema).length <= maxSchema && isReadableSchema(data.optionsSchema)
    ? data
    : undefined;
}

/** The codemods of the user's indexes that a goal may use. */
export class Shelf implements AssetLibrary {
  readonly #options: ShelfOptions;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  async offers({ root, goal, signal }: OfferQuery): Promise<readonly AssetOffer[]> {
    const { onUnusable = () => undefined } = this.#options;
    const usable = await this.#usable(
      onUnusable,
      ({ id, title, whenToUse }) => sharedWords(goal, `${id} ${title} ${whenToUse}`) > 0,
    );
    const wanted = usable.map(({ runnable: { id, prefilter } }) => ({ id, texts: prefilter }));
    const found = await findTexts(root, wanted, signal);
    const rank = ({ id, title, whenToUse }: AssetOffer): number => sharedWords(goal, `${id} ${title} ${whenToUse}`);
    return usable
      .flatMap(({ offer }) => (found.has(offer.id) ? [offer] : []))
      .sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
      .slice(0, maxOffers);
  }

  /** Throws {@link AssetUnknownError} and {@link AssetChangedError}; what may be used is asked again, as it may be less by now. */
  async apply(use: ApplyAsset): Promise<AssetApplication> {
    const reasons: string[] = [];
    const note: OnUnusable = (_id, why) => reasons.push(why);
    const [found] = await this.#usable(note, ({ id }) => id === use.id);
    if (!found && reasons[0] !== undefined) throw new AssetUnusableError(use.id, reasons[0]);
    if (!found) throw new AssetUnknownError(use.id, []);
    const { runnable, offer } = found;
    if (offer.digest !== use.digest || offer.version !== use.version)
      throw new AssetChangedError({
        id: use.id,
        wanted: `${use.version} with digest ${use.digest.slice(0, 12)}`,
        found: `${offer.version} with digest ${offer.digest.slice(0, 12)}`,
      });
    return { ...(await applyToTree(runnable, use)), digest: offer.digest };
  }

  /** The assets of all indexes that may be used; of those with the same id the first. */
  async #usable(onUnusable: OnUnusable, isWanted: (asset: Asset) => boolean): Promise<readonly Usable[]> {
    const { config, ownIndex } = this.#options;
    if (config.offer === 'none') return [];
    const usable = new Map<string, Usable>();
    for (const file of [...config.indexes, ...(ownIndex === undefined ? [] : [ownIndex])]) {
      const loaded = await loadIndex(file);
      for (const asset of loaded.index.assets) {
        const mayBe = asset.kind === 'codemod' && (asset.status === 'proven' || asset.status === config.offer);
        if (!mayBe || usable.has(asset.id) || !isWanted(asset)) continue;
        const runnable = await this.#runnable(loaded, asset, onUnusable);
        const offer = runnable && offerOf(asset, runnable);
        if (runnable && offer && (config.offer === 'candidate' || (await this.#isProven(asset, runnable, onUnusable))))
          usable.set(asset.id, { runnable, offer });
      }
    }
    return [...usable.values()];
  }

  /** Whether the code that is here is the code that was evaluated, and that a human approved. */
  async #isProven(asset: Asset, { id, sha256: code }: RunnableAsset, onUnusable: OnUnusable): Promise<boolean> {
    const why = whyNotProven(asset, code) ?? (await this.#whyNotApproved(asset, code));
    if (why !== undefined) onUnusable(id, why);
    return why === undefined;
  }

  async #whyNotApproved({ approvals }: Asset, code: string): Promise<string | undefined> {
    let why: string | undefined;
    for (const approval of approvals.filter(({ subject, by }) => subject.sha256 === code && by.actor === 'human')) {
      try {
        await this.#options.checkApproval(approval);
        return undefined;
      } catch (error) {
        if (!(error instanceof OrchError)) throw error;
        why = error.message.replace(/\.$/, '');
      }
    }
    return why ?? 'no human has approved this code';
  }

  /** An asset whose package is not installed is no reason to refuse a goal. */
  async #runnable(loaded: LoadedIndex, { id }: Asset, onUnusable: OnUnusable): Promise<RunnableAsset | undefined> {
    try {
      const [runnable] = await runnableAssets(loaded, [id]);
      return runnable;
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      onUnusable(id, error.message.replace(/\.$/, ''));
      return undefined;
    }
  }
}
