import { OrchError, readRun, type RunLocation } from '@codex-orch/core';
import { decisionOn, IntegrationLayout, type IntegrationRecord, readIntegration } from '@codex-orch/core/integration';

/** A run mends a conflict on top of what its branch does not have. */
class BuiltOnHeldError extends OrchError {
  readonly code = 'integration-held';

  constructor(runId: string, id: string, isRejected: boolean) {
    super(
      `Run ${runId} was built on what integration ${id} made, which ${isRejected ? 'was rejected' : 'waits for your approval'}.`,
      {
        hint: isRejected
          ? 'Integrate the first runs again, and hand the conflict to a builder anew.'
          : `Read it with \`codex-orch integrations show ${id}\`, then \`codex-orch integrate --approve ${id}\`.`,
      },
    );
  }
}

/** Throws {@link BuiltOnHeldError} for a run that can only go in once a human has let an earlier integration have its branch. */
export async function assertNotHeld(repository: string, location: RunLocation): Promise<void> {
  const follows = (await readRun(location))?.state.created?.follows;
  if (!follows) return;
  const record = await recordOf(repository, follows.integration);
  if (record && record.held !== null)
    throw new BuiltOnHeldError(location.runId, record.id, decisionOn(record) === 'rejected');
}

async function recordOf(repository: string, id: string): Promise<IntegrationRecord | undefined> {
  try {
    return await readIntegration(await new IntegrationLayout(repository).find(id));
  } catch (error) {
    if (error instanceof OrchError) return undefined;
    throw error;
  }
}
