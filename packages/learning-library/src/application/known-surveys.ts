import type { RunnableAsset } from '../catalogue/runnable-asset.js';
import { SurveyNeeded } from '../lane/lanes.js';

type Identified = Pick<RunnableAsset, 'id' | 'module' | 'sha256'>;

/** Which of some assets look over a repository before they are run, once a lane has loaded them and told so. */
export class KnownSurveys {
  readonly #known = new Map<string, readonly string[]>();

  /** `surveying` are the ids of all those among the assets that do. */
  add(assets: readonly Identified[], surveying: readonly string[]): void {
    this.#known.set(keyOf(assets), surveying);
  }

  /** What is on its way to these assets. Throws {@link SurveyNeeded} with the first of it, where that is known to be due. */
  async *before<T>(assets: readonly Identified[], batches: AsyncIterable<T, undefined>): AsyncGenerator<T, undefined> {
    const surveying = this.#known.get(keyOf(assets));
    for await (const batch of batches) {
      if (surveying) throw new SurveyNeeded(surveying);
      yield batch;
    }
    return undefined;
  }
}

const keyOf = (assets: readonly Identified[]): string =>
  JSON.stringify(assets.map(({ id, module, sha256 }) => [id, module, sha256]));
