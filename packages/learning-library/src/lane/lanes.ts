import { AssetBrokenError } from './errors.js';
import { Lane, type LaneAnswer, type LaneFault, type LanePlan } from './lane.js';
import type { Declined, DescribedAsset } from './reply.js';

/** A file on its way to a lane. */
export interface LaneFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly content: Buffer;
}

/** Why a file stayed as it is although a codemod wanted to see it. */
export interface TransformFailure {
  readonly path: string;
  /** The asset that failed; undefined where a lane ended and it cannot be told which one it was. */
  readonly asset?: string | undefined;
  readonly code: 'threw' | 'output-broken' | 'time-limit' | 'lane-died';
  readonly message: string;
}

/** What a lane made of one file. */
export interface TransformedFile<File extends LaneFile> {
  readonly file: File;
  /** Undefined where it stays as it is. */
  readonly output: Buffer | undefined;
  readonly changes: readonly { readonly asset: string; readonly changes: number }[];
  readonly declined: readonly Declined[];
  readonly reports: readonly { readonly asset: string; readonly message: string }[];
  readonly stats: Readonly<Record<string, number>>;
  readonly failure: TransformFailure | undefined;
}

/** Assets look over the whole repository before they are run. No fault, and told this way because only a loaded asset can tell. */
export class SurveyNeeded extends Error {
  readonly assets: readonly string[];

  constructor(assets: readonly string[]) {
    super(`${assets.join(', ')} must look over the repository first.`);
    this.assets = assets;
  }
}

export interface TransformAllOptions<File extends LaneFile> {
  readonly plan: LanePlan;
  /** How many lanes may run at once. */
  readonly lanes: number;
  /** For one file and all assets. */
  readonly fileMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onResult: (result: TransformedFile<File>) => void;
}

/**
 * Sends files through the assets, in lanes. A lane that dies or is late costs the one file that it was at; the others go on in a new one.
 *
 * Throws {@link AssetBrokenError} where an asset cannot be loaded, {@link SurveyNeeded} before any file is sent, and the signal's reason.
 */
export async function transformAll<File extends LaneFile>(
  batches: AsyncIterator<readonly File[], undefined>,
  options: TransformAllOptions<File>,
): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const work = async (): Promise<void> => {
    try {
      await runLane(batches, { ...options, signal });
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: options.lanes }, work));
  options.signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function runLane<File extends LaneFile>(
  batches: AsyncIterator<readonly File[], undefined>,
  { plan, fileMs, signal, onResult }: TransformAllOptions<File>,
): Promise<void> {
  await using slot = new LaneSlot(plan, signal);
  let coming = batches.next();
  for (;;) {
    const next = await coming;
    if (next.done === true) return;
    let waiting = next.value;
    coming = batches.next();
    // It is awaited at the next turn; till then nobody listens.
    coming.catch(() => undefined);
    while (waiting.length > 0) {
      const lane = await slot.ready();
      lane.send(waiting);
      const left = await collect(lane, waiting, { fileMs, signal, onResult });
      if (left === undefined) break;
      await slot.end();
      waiting = left;
    }
  }
}

/** Takes the results of files that were sent; gives those behind the one at which the lane failed, if it did. */
async function collect<File extends LaneFile>(
  lane: Lane,
  files: readonly File[],
  { fileMs, signal, onResult }: Pick<TransformAllOptions<File>, 'fileMs' | 'signal' | 'onResult'>,
): Promise<readonly File[] | undefined> {
  for (const [index, file] of files.entries()) {
    const answer = await lane.next(fileMs, signal);
    if (answer.type === 'result' && answer.path === file.path) {
      const { changed, body, changes, declined, reports, stats, failure } = answer;
      onResult({
        file,
        output: changed && !failure ? body : undefined,
        changes,
        declined,
        reports,
        stats,
        failure: failure && { path: file.path, ...failure },
      });
      continue;
    }
    const failure = { path: file.path, ...faultOf(answer, fileMs) };
    onResult({ file, output: undefined, changes: [], declined: [], reports: [], stats: {}, failure });
    return files.slice(index + 1);
  }
  return undefined;
}

function faultOf(answer: LaneAnswer, fileMs: number): Pick<TransformFailure, 'code' | 'message'> {
  if (answer.type === 'late') return { code: 'time-limit', message: `it took more than ${fileMs} ms` };
  return { code: 'lane-died', message: answer.type === 'died' ? answer.message : 'it answered something else' };
}

/** The place of one lane, which is made when it is first needed, and anew after a fault. */
class LaneSlot implements AsyncDisposable {
  readonly #plan: LanePlan;
  readonly #signal: AbortSignal | undefined;
  #lane: Lane | undefined;

  constructor(plan: LanePlan, signal: AbortSignal | undefined) {
    this.#plan = plan;
    this.#signal = signal;
  }

  async ready(): Promise<Lane> {
    this.#signal?.throwIfAborted();
    if (this.#lane) return this.#lane;
    const lane = await Lane.start(this.#plan);
    this.#lane = lane;
    const described = assertReady(await lane.load(this.#plan, this.#signal), this.#plan);
    const surveying = described.filter(({ codemod }) => codemod?.hasSurvey === true).map(({ id }) => id);
    if (this.#plan.isSurveyDue === true && surveying.length > 0) throw new SurveyNeeded(surveying);
    return lane;
  }

  async end(): Promise<void> {
    const lane = this.#lane;
    this.#lane = undefined;
    await lane?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** Loads assets without running them, and tells what they export. Throws {@link AssetBrokenError}. */
export async function describeAssets(plan: LanePlan, signal?: AbortSignal): Promise<readonly DescribedAsset[]> {
  await using lane = await Lane.start(plan);
  return assertReady(await lane.load(plan, signal), plan);
}

/** Whether a lane is ready for work; what its assets export. Throws {@link AssetBrokenError}. */
export function assertReady(answer: LaneAnswer, { assets, startMs }: LanePlan): readonly DescribedAsset[] {
  if (answer.type === 'ready') return answer.assets;
  const broken = answer.type === 'broken' ? assets.find(({ id }) => id === answer.asset) : undefined;
  const asset = broken ?? assets[0];
  throw new AssetBrokenError(asset?.id ?? '', asset?.module ?? '', whyNotReady(answer, startMs));
}

function whyNotReady(answer: Exclude<LaneAnswer, { type: 'ready' }> | LaneFault, startMs: number): string {
  if (answer.type === 'late') return `it was not loaded within ${startMs} ms`;
  return 'message' in answer ? answer.message : 'it answered before it was asked';
}
