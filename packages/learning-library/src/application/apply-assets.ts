import os from 'node:os';
import { newRunId, openRepository, type Repository } from '@codex-orch/core';
import { KnownFiles } from '../cache/known-files.js';
import { UnchangedCache } from '../cache/unchanged-cache.js';
import { parsersBehindCodemod } from '../catalogue/packages-behind.js';
import { type AssetOptions, checkOptions } from '../catalogue/options.js';
import type { RunnableAsset } from '../catalogue/runnable-asset.js';
import { SurveyNeeded, type TransformedFile, transformAll } from '../lane/lanes.js';
import { type Candidate, candidates } from '../selection/candidates.js';
import { extensionsOf } from '../selection/languages.js';
import { listFiles } from '../selection/list-files.js';
import { makePrefilter } from '../selection/prefilter.js';
import { FileReader } from '../selection/read-file.js';
import { version } from '../version.js';
import { cacheFolder, lockApplications } from './applications-lock.js';
import { Findings } from './findings.js';
import { KnownSurveys } from './known-surveys.js';
import { planChanges } from './plan-changes.js';
import type { ApplyLimits, ApplyResult, Progress } from './result.js';
import { type ApplyPlan, surveyRepository } from './survey-repository.js';
import { writeChanges } from './write-changes.js';

export interface ApplyAssetsOptions {
  /** A folder of the repository. */
  readonly root: string;
  /** Every file goes through them in this order. */
  readonly assets: readonly RunnableAsset[];
  /** Files and folders relative to the repository's root; all without them. Assets that look over the repository see all of it. */
  readonly paths?: readonly string[] | undefined;
  /** By the id of the asset. What an asset finds out by looking over the repository does not replace them. */
  readonly options?: Readonly<Record<string, AssetOptions>> | undefined;
  /** Write nothing; the result has the patch that would be made. */
  readonly dryRun?: boolean | undefined;
  /** Give, byte by byte, what the command of jscodeshift writes: its `find`, its parser, its line ends, no check of the output. */
  readonly compat?: boolean | undefined;
  /** Look at every file, also at those that are known to stay as they are; true by default. */
  readonly cache?: boolean | undefined;
  readonly limits?: ApplyLimits | undefined;
  /** Ends the work between two files. What was written until then is in the result, and can be rolled back. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Of this process: who applies the same assets to many repositories starts no lane each time only to learn that it is not their turn. */
const surveys = new KnownSurveys();

const defaults = { fileMs: 10_000, startMs: 60_000, maxBytes: 2 * 1024 * 1024, memoryMegabytes: 1024 };

/**
 * Applies codemods to the files of a repository.
 *
 * All files are transformed before the first is written, by then the reverse patch is on the disk: whatever happens from there on,
 * `rollbackApplication` restores what there was. A file that fails, is late, or was changed meanwhile stays as it is and is reported.
 *
 * Throws `OptionsInvalidError`, `AssetBrokenError`, `SurveyFailedError`, `NothingSelectedError`, `PathEscapesError`, `NotARepositoryError`, `NoCommitsError`, `LockedError` where another application is being
 * written, and what writing the record throws; never for a single file, and not for the signal.
 */
export async function applyAssets(options: ApplyAssetsOptions): Promise<ApplyResult> {
  const { assets, dryRun = false, compat = false, signal, limits = {} } = options;
  const chosen = assets.map((asset) => ({ ...asset, options: checkOptions(asset, options.options?.[asset.id]) }));
  const repository = await openRepository(options.root);
  let findings = new Findings();
  try {
    signal?.throwIfAborted();
    // While git lists the files.
    const [files, parsers] = await Promise.all([
      listFiles(repository.root, {
        paths: options.paths,
        extensions: extensionsOf(assets.flatMap(({ languages }) => languages)),
        signal,
      }),
      options.cache === false ? [] : Promise.all(assets.map(({ module }) => parsersBehindCodemod(module))),
    ]);
    const due: ApplyPlan = {
      root: repository.root,
      assets: chosen,
      compat,
      dryRun,
      memoryMegabytes: limits.memoryMegabytes ?? defaults.memoryMegabytes,
      startMs: limits.startMs ?? defaults.startMs,
      isSurveyDue: true,
    };
    const look = (as: ApplyPlan): Promise<void> => {
      findings = new Findings(files.length, Object.fromEntries(as.assets.map(({ id, options: used }) => [id, used])));
      return examine({ repository, files, parsers }, as, options, findings);
    };
    const plan = await look(due).then(
      () => due,
      async (error: unknown) => {
        if (!(error instanceof SurveyNeeded)) throw error;
        surveys.add(chosen, error.assets);
        const surveyed = await surveyRepository(due, {
          assets: error.assets,
          given: options.options ?? {},
          maxBytes: limits.maxBytes ?? defaults.maxBytes,
          signal,
          onLooked: (done, total) => options.onProgress?.({ phase: 'surveying', done, total, changed: 0 }),
        });
        await look(surveyed);
        return surveyed;
      },
    );
    const changes = await planChanges(repository.root, findings.changed, signal);
    if (dryRun || changes.files.length === 0) return findings.result(dryRun ? 'dry-run' : 'unchanged', { changes });
    await using _lock = await lockApplications(repository);
    const record = {
      schemaVersion: 1 as const,
      id: newRunId(),
      at: new Date().toISOString(),
      state: 'writing' as const,
      library: version,
      compat,
      assets: plan.assets.map(({ id, version: of, sha256, options: given }) => ({
        id,
        version: of,
        sha256,
        options: given,
      })),
      ...findings.record(),
    };
    const written = await writeChanges(repository, record, changes, { signal, onProgress: options.onProgress });
    return findings.result(written.state === 'interrupted' ? 'interrupted' : 'applied', { changes, record: written });
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    return findings.result('interrupted', {});
  }
}

interface Examined {
  readonly repository: Repository;
  readonly files: readonly string[];
  /** Of each asset, with their versions. */
  readonly parsers: readonly (readonly string[])[];
}

/** Sends all files that may change through the assets, and remembers those that do not. */
async function examine(
  { repository, files, parsers }: Examined,
  plan: ApplyPlan,
  { cache: useCache = true, paths = [], limits = {}, signal, onProgress }: ApplyAssetsOptions,
  findings: Findings,
): Promise<void> {
  const maxBytes = limits.maxBytes ?? defaults.maxBytes;
  const folder = cacheFolder(repository);
  const key = cacheKey(plan, { maxBytes, parsers });
  const cache = useCache ? await UnchangedCache.open(folder, key) : undefined;
  const known = useCache ? await KnownFiles.open(folder, key) : undefined;
  const only = plan.assets.length === 1 ? plan.assets[0] : undefined;
  let looked = 0;
  const tell = (): void => {
    onProgress?.({ phase: 'examining', done: looked, total: files.length, changed: findings.changed.length });
  };
  const batches = candidates(files, {
    reader: new FileReader(repository.root, maxBytes),
    known: known?.verdicts,
    prefilter: plan.assets.some(({ prefilter }) => prefilter.length === 0)
      ? undefined
      : makePrefilter(plan.assets.flatMap(({ prefilter }) => prefilter)),
    isWanted: ({ path, content }) => !(cache?.has(path, content) ?? false),
    onUnchanged: () => {
      findings.cached += 1;
    },
    onSkipped: (skipped) => findings.skipped.push(skipped),
    onLooked: (count) => {
      looked += count;
      tell();
    },
    signal,
  });
  await transformAll<Candidate>(plan.isSurveyDue ? surveys.before(plan.assets, batches) : batches, {
    plan,
    lanes: limits.lanes ?? os.availableParallelism(),
    fileMs: limits.fileMs ?? defaults.fileMs,
    signal,
    onResult: (result) => {
      findings.add(result);
      if (isSilent(result)) {
        const { path, content, stamp } = result.file;
        if (result.output === undefined) {
          cache?.add(path, content);
          known?.verdicts.add(path, stamp, 'unchanged');
        } else if (only?.idempotent === true) cache?.add(path, result.output);
      }
      tell();
    },
  });
  await cache?.save({ files: files.length });
  await known?.save({ isWhole: paths.length === 0 });
}

/** What has something to say must be asked again, so that it says it again. */
const isSilent = ({ failure, declined, reports, stats }: TransformedFile<Candidate>): boolean =>
  failure === undefined && declined.length === 0 && reports.length === 0 && Object.keys(stats).length === 0;

/** Before a survey the key is another one, and nothing is remembered under it: what is found may have changed since. */
function cacheKey(
  { assets, compat, isSurveyDue }: ApplyPlan,
  { maxBytes, parsers }: Pick<Examined, 'parsers'> & { readonly maxBytes: number },
): string {
  const parts = assets.map(({ sha256, version: of, prefilter, options }) => [sha256, of, prefilter, options]);
  return JSON.stringify([version, process.versions.node, compat, isSurveyDue, maxBytes, parsers, parts]);
}
