import { SurveyFailedError } from './errors.js';
import { Lane, type LaneAnswer, type LanePlan } from './lane.js';
import { assertReady, type LaneFile } from './lanes.js';

const MEGABYTE = 1024 * 1024;

/**
 * Has assets look over a repository, one after the other, in a lane of its own, and gives the options that each found.
 *
 * A survey takes all files at once, so the lane holds them all: up to `memoryMegabytes` of them, beside its heap. Here, one batch is held.
 *
 * Throws {@link SurveyFailedError}, `AssetBrokenError`, and the signal's reason.
 */
export async function surveyAll(
  batches: AsyncIterable<readonly LaneFile[]>,
  plan: LanePlan,
  assets: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const [first = ''] = assets;
  await using lane = await Lane.start(plan);
  assertReady(await lane.load(plan, signal), plan);
  let bytes = 0;
  for await (const batch of batches) {
    bytes += batch.reduce((sum, { content }) => sum + content.length, 0);
    if (bytes > plan.memoryMegabytes * MEGABYTE)
      throw new SurveyFailedError(first, `its sources are more than ${plan.memoryMegabytes} MiB`);
    lane.show(batch);
    const answer = await lane.next(plan.startMs, signal);
    if (answer.type !== 'taken') throw new SurveyFailedError(first, whyNot(answer, plan));
  }
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  for (const asset of assets) {
    lane.survey(asset);
    const answer = await lane.next(plan.startMs, signal);
    if (answer.type !== 'surveyed' || answer.asset !== asset) throw new SurveyFailedError(asset, whyNot(answer, plan));
    found.set(asset, answer.options);
  }
  return found;
}

function whyNot(answer: LaneAnswer, { startMs }: LanePlan): string {
  if (answer.type === 'late') return `it took more than ${startMs} ms`;
  if (answer.type === 'died' || answer.type === 'survey-threw') return answer.message;
  return 'it answered something else than options';
}
