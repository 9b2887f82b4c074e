import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isRunId, makeFolder } from '@codex-orch/core';
import { type Asset, assetSchema } from '../../catalogue/asset-entry.js';
import { checkIndex } from '../../catalogue/check-index.js';
import { countFixtures } from '../../catalogue/fixtures.js';
import { digestModule } from '../../catalogue/module-digest.js';
import { saveIndex } from '../../catalogue/save-index.js';
import { languageNames, languages } from '../../selection/languages.js';
import { type CandidateFile, fixtureFolder, moduleNames } from '../candidate/asset-file.js';
import { AssetExistsError, CandidateMisplacedError, CandidateRefusedError } from '../errors.js';
import { readCandidate } from '../verify/read-candidate.js';
import { type CandidateVerdict, verifyCandidate, type VerifyCandidateOptions } from '../verify/verify-candidate.js';

export interface EnterCandidateOptions extends VerifyCandidateOptions {
  /** Absolute path of the index; it need not be there yet. */
  readonly index: string;
  /** Absolute path of the folder that has the index and the candidate: who has the one has the other. */
  readonly root: string;
  readonly owner: string;
  /** As `2026-01-31`. */
  readonly lastReview: string;
  /** When it is the right one; what it does by default. */
  readonly whenToUse?: string | undefined;
  /** Medium by default: nobody has evaluated it yet. */
  readonly risk?: Asset['risk'] | undefined;
}

/** A candidate that is in the index now. */
export interface EnteredCandidate {
  readonly asset: Asset;
  readonly verdict: CandidateVerdict;
  /** The digest of its code, which an evaluation and an approval will name. */
  readonly sha256: string;
}

/**
 * Enters a candidate into an index: once it gives back all diffs that it came from and leaves its own output alone, with its
 * provenance and its fixtures, and as a candidate only.
 *
 * Throws {@link CandidateRefusedError}, {@link CandidateMisplacedError}, {@link AssetExistsError}, and what `verifyCandidate` and
 * `saveIndex` throw. The index is then as it was.
 */
export async function enterCandidate(
  folder: string,
  { index, root, owner, lastReview, whenToUse, risk = 'medium', ...options }: EnterCandidateOptions,
): Promise<EnteredCandidate> {
  const place = await realpath(folder).catch(() => path.resolve(folder));
  const home = await realpath(path.dirname(index)).catch(() => path.dirname(index));
  if (!isBelow(await realpath(root), place)) throw new CandidateMisplacedError(place, root);
  const { asset: about, module } = await readCandidate(place);
  const sha256 = await digestModule(module);
  const verdict = await verifyCandidate(place, options);
  const [failure] = verdict.failures;
  if (failure) throw new CandidateRefusedError(about.id, `${failure.fixture} (${failure.origin}): ${failure.message}`);
  await makeFolder(path.dirname(index));
  const asset = await entryOf(about, { home, place, owner, lastReview, whenToUse, risk });
  const problems = await checkIndex(
    { index: { schemaVersion: 1, assets: [asset] }, folder: home, text: '' },
    { signal: options.signal },
  );
  const [problem] = problems;
  if (problem) throw new CandidateRefusedError(about.id, problem.message.replace(/\.$/, ''));
  if ((await digestModule(module)) !== sha256)
    throw new CandidateRefusedError(about.id, 'its code was changed while it was verified');
  await saveIndex(index, ({ assets }) => {
    const other = assets.find(
      (one) => one.id === asset.id || (one.package === asset.package && one.module === asset.module),
    );
    if (other) throw new AssetExistsError(asset.id, other.id, index);
    return [{ path: ['assets', -1], value: asset }];
  });
  return { asset, verdict, sha256 };
}

function isBelow(root: string, place: string): boolean {
  const relative = path.relative(root, place);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

type Entry = Required<Pick<EnterCandidateOptions, 'owner' | 'lastReview' | 'risk'>> &
  Pick<EnterCandidateOptions, 'whenToUse'> & { readonly home: string; readonly place: string };

async function entryOf(
  about: CandidateFile,
  { home, place, owner, lastReview, whenToUse, risk }: Entry,
): Promise<Asset> {
  const from = `./${path.relative(home, place).split(path.sep).join('/')}`;
  const counts: readonly (readonly [string, number])[] = Object.entries(
    (await countFixtures(path.join(place, fixtureFolder))) ?? {},
  );
  // The parameters of a template are no text before a change, and a rule changes nothing that could be changed again.
  const isCounted = (kind: string): boolean =>
    about.kind === 'codemod' || (about.kind === 'rule' && kind !== 'idempotent' && kind !== 'negative');
  return assetSchema.parse({
    id: about.id,
    kind: about.kind,
    version: '0.1.0',
    title: about.title,
    whenToUse: whenToUse ?? usualUse(about),
    package: from,
    module: `./${moduleNames[about.kind]}`,
    risk,
    languages: languagesOf(about),
    fixtures: {
      path: `${from}/${fixtureFolder}`,
      kinds: Object.fromEntries(counts.filter(([kind, count]) => count > 0 && isCounted(kind))),
    },
    safety: { class: 'manual', declines: [] },
    prefilter: about.prefilter,
    provenance: {
      runs: [...new Set(about.provenance.map(({ origin }) => origin))].filter(isRunId),
      digests: [...new Set(about.provenance.map(({ sha256 }) => sha256))],
    },
    status: 'candidate',
    owner,
    last_review: lastReview,
  });
}

const usualUse = ({ title, occurrences, provenance }: CandidateFile): string =>
  `${title}: as ${occurrences} edits of ${new Set(provenance.map(({ sha256 }) => sha256)).size} diffs did by hand.`;

/** Those that its fixtures show: nothing is known of others. */
function languagesOf({ fixtures }: CandidateFile): Asset['languages'] {
  const endings = new Set(fixtures.map(({ output }) => path.extname(output)));
  const found = languageNames.filter((name) => languages[name].some((ending) => endings.has(ending)));
  return found.length > 0 ? found : ['markdown'];
}
