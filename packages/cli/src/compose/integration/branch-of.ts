import { OrchError } from '@codex-orch/core';
import { IntegrationLayout, readIntegration } from '@codex-orch/core/integration';

/** The branch that an integration moves, as people name it; undefined where its record is gone. */
export async function branchOf(repository: string, id: string): Promise<string | undefined> {
  try {
    const record = await readIntegration(await new IntegrationLayout(repository).find(id));
    return record?.branch.replace(/^refs\/heads\//, '');
  } catch (error) {
    if (error instanceof OrchError) return undefined;
    throw error;
  }
}
