import { IntegrationLayout, readIntegration } from '@codex-orch/core/integration';
import { unlessUnusable } from '../unless-unusable.js';

/** The branch that an integration moves, as people name it; undefined where its record is gone. */
export const branchOf = (repository: string, id: string): Promise<string | undefined> =>
  unlessUnusable(async () => {
    const record = await readIntegration(await new IntegrationLayout(repository).find(id));
    return record?.branch.replace(/^refs\/heads\//, '');
  });
