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
  whyNotOffered,
  whyNotProven,
} from '@codex-orch/learning-library';
import { AssetUnusableError } from '../errors.js';
import { applyToTree } from './apply-to-tree.js';
import { findTexts } from './find-texts.js';
import { aboutPaths, saysName, sharedWords } from './goal-words.js';
import { renderToTree, usableTemplate, type UsableTemplate } from './template-shelf.js';
import { wouldChange } from './would-change.js';

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

/** What an asset is run from. */
type Parts =
  | { readonly codemod: RunnableAsset; readonly template?: never }
  | { readonly template: UsableTemplate; readonly codemod?: never };

/** An asset that may be used. */
type Usable = Parts & { readonly offer: AssetOffer };

/** What everything that decides about the work of an asset adds up to. */
const digestOf = ({ codemod, template }: Parts): string => {
  const { id, version, sha256: code, optionsSchema = null } = codemod ?? template;
  const more = codemod ? { prefilter: codemod.prefilter, languages: codemod.languages } : {};
  return sha256(canonicalJson({ id, version, code, optionsSchema, ...more }));
};

/** The largest schema of options that a planner is shown, in characters. */
const maxSchema = 4000;

function offerOf({ kind, title, whenToUse, risk }: Asset, parts: Parts): AssetOffer | undefined {
  const {
    id,
    version,
    optionsSchema = { type: 'object', additionalProperties: false },
  } = parts.codemod ?? parts.template;
  const { success, data } = assetOfferSchema.safeParse({
    id,
    version,
    kind,
    title: title.slice(0, 200),
    whenToUse: whenToUse.slice(0, 1000),
    optionsSchema,
    risk,
    digest: digestOf(parts),
  });
  return success && JSON.stringify(optionsSchema).length <= maxSchema && isReadableSchema(data.optionsSchema)
    ? data
    : undefined;
}

/** How many words of a goal an asset is about. A template is only about a goal that calls it by its name: any goal has tests and lists. */
const wordsShared = (goal: string, { id, kind, title, whenToUse }: Asset | AssetOffer): number =>
  kind === 'template'
    ? Number(saysName(goal, id) || saysName(goal, title))
    : sharedWords(goal, `${id} ${title} ${whenToUse}`);

/** Codemods that no word of the goal speaks of: so many are tried on files that it is about, on so many each, and so many offered. */
const byPlace = { tried: 4, files: 50, offered: 3 } as const;

/** The codemods and templates of the user's indexes that a goal may use. */
export class Shelf implements AssetLibrary {
  readonly #options: ShelfOptions;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /**
   * What is about the goal by its words, and has something to do in the work tree; then, of what no word of the goal speaks of, what
   * would change files that the goal is about.
   */
  async offers({ root, goal, signal }: OfferQuery): Promise<readonly AssetOffer[]> {
    const { onUnusable = () => undefined } = this.#options;
    const isMeant = (asset: Asset): boolean => wordsShared(goal, asset) > 0;
    const meant = await this.#usable(onUnusable, isMeant);
    const others = await this.#usable(
      () => undefined,
      (asset) => asset.kind === 'codemod' && !isMeant(asset),
    );
    const wanted = [...meant, ...others].flatMap(({ codemod }) =>
      codemod ? [{ id: codemod.id, texts: codemod.prefilter }] : [],
    );
    const { files, isCut } = await findTexts(root, wanted, signal);
    const hits = ({ id }: AssetOffer): number => files.get(id)?.length ?? 0;
    const words = meant
      .filter(({ offer, template }) => template !== undefined || isCut || hits(offer) > 0)
      .map(({ offer }) => offer)
      .sort((a, b) => wordsShared(goal, b) - wordsShared(goal, a) || hits(b) - hits(a) || (a.id < b.id ? -1 : 1));
    const places = words.length < maxOffers ? await this.#byPlace(root, { goal, others, files, signal }) : [];
    return [...words, ...places].slice(0, maxOffers);
  }

  /** The codemods that would change files which the goal is about: found by their texts, and tried. */
  async #byPlace(
    root: string,
    {
      goal,
      others,
      files,
      signal,
    }: Pick<OfferQuery, 'goal' | 'signal'> & {
      readonly others: readonly Usable[];
      readonly files: ReadonlyMap<string, readonly string[]>;
    },
  ): Promise<readonly AssetOffer[]> {
    const isAbout = aboutPaths(goal);
    const tried = others
      .flatMap(({ codemod, offer }) => {
        const paths = (files.get(offer.id) ?? []).filter(isAbout).slice(0, byPlace.files);
        return codemod && paths.length > 0 ? [{ asset: codemod, offer, paths }] : [];
      })
      .sort((a, b) => b.paths.length - a.paths.length || (a.offer.id < b.offer.id ? -1 : 1))
      .slice(0, byPlace.tried);
    const counts = await wouldChange(root, tried, signal);
    const changes = ({ id }: AssetOffer): number => counts.get(id) ?? 0;
    return tried
      .map(({ offer }) => offer)
      .filter((offer) => changes(offer) > 0)
      .sort((a, b) => changes(b) - changes(a) || (a.id < b.id ? -1 : 1))
      .slice(0, byPlace.offered);
  }

  /** Throws {@link AssetUnknownError} and {@link AssetChangedError}; what may be used is asked again, as it may be less by now. */
  async apply(use: ApplyAsset): Promise<AssetApplication> {
    const reasons: string[] = [];
    const note: OnUnusable = (_id, why) => reasons.push(why);
    const [found] = await this.#usable(note, ({ id }) => id === use.id);
    if (!found && reasons[0] !== undefined) throw new AssetUnusableError(use.id, reasons[0]);
    if (!found) throw new AssetUnknownError(use.id, []);
    const { codemod, template, offer } = found;
    if (offer.digest !== use.digest || offer.version !== use.version)
      throw new AssetChangedError({
        id: use.id,
        wanted: `${use.version} with digest ${use.digest.slice(0, 12)}`,
        found: `${offer.version} with digest ${offer.digest.slice(0, 12)}`,
      });
    const application = codemod ? applyToTree(codemod, use) : renderToTree(template, use);
    return { ...(await application), digest: offer.digest };
  }

  /** The assets of all indexes that may be used; of those with the same id the first. */
  async #usable(onUnusable: OnUnusable, isWanted: (asset: Asset) => boolean): Promise<readonly Usable[]> {
    const { config, ownIndex } = this.#options;
    if (config.offer === 'none') return [];
    const usable = new Map<string, Usable>();
    for (const file of [...config.indexes, ...(ownIndex === undefined ? [] : [ownIndex])]) {
      const loaded = await loadIndex(file);
      for (const asset of loaded.index.assets) {
        const mayBe = asset.kind !== 'rule' && (asset.status === 'proven' || asset.status === config.offer);
        if (!mayBe || usable.has(asset.id) || !isWanted(asset)) continue;
        const parts = await this.#parts(loaded, asset, onUnusable);
        const offer = parts && offerOf(asset, parts);
        const code = (parts?.codemod ?? parts?.template)?.sha256 ?? '';
        if (parts && offer && (await this.#mayBeOffered(asset, code, onUnusable)))
          usable.set(asset.id, { ...parts, offer });
      }
    }
    return [...usable.values()];
  }

  /** A candidate need not be proven, but what is known to be wrong, or was shown of other code, is offered to nobody. */
  async #mayBeOffered(asset: Asset, code: string, onUnusable: OnUnusable): Promise<boolean> {
    if (this.#options.config.offer !== 'candidate') return this.#isProven(asset, code, onUnusable);
    const why = whyNotOffered(asset, code);
    if (why !== undefined) onUnusable(asset.id, why);
    return why === undefined;
  }

  /** Whether the code that is here is the code that was evaluated, and that a human approved. */
  async #isProven(asset: Asset, code: string, onUnusable: OnUnusable): Promise<boolean> {
    const why = whyNotProven(asset, code) ?? (await this.#whyNotApproved(asset, code));
    if (why !== undefined) onUnusable(asset.id, why);
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
  async #parts(loaded: LoadedIndex, asset: Asset, onUnusable: OnUnusable): Promise<Parts | undefined> {
    const { id, kind } = asset;
    try {
      if (kind === 'template') return { template: await usableTemplate(loaded, asset) };
      const [codemod] = await runnableAssets(loaded, [id]);
      return codemod && { codemod };
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      onUnusable(id, error.message.replace(/\.$/, ''));
      return undefined;
    }
  }
}
