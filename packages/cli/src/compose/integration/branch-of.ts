import { OrchError } from '@codex-orch/core';
import { IntegrationLayout, readIntegration } from '@codex-orch/core/integration';

/** The branch that an integration moves; undefined where its record is gone. */
export async function branchOf(repository: string, id: string): Promise<string | undefined> {
  try {
    return (await readIntegration(await new IntegrationLayout(repository).find(id)))?.branch;
  } catch (error) {
    if (error instanceof OrchError) return undefined;
    throw error;
  }
}
