import { rename } from 'node:fs/promises';
import { removeTree } from '@codex-orch/core';
import type { GarbageOptions, Removed } from './collect-garbage.js';
import { sizeOf } from './state-entries.js';

/**
 * Removes a file or a folder, with an entry in the audit log before and after. It goes in one step, so that nobody finds half of it.
 * What the machine does not let go is told as the `problem` of the result. Throws `AuditUnavailableError`.
 */
export async function removeRecorded(
  target: Pick<Removed, 'kind' | 'runId' | 'path'>,
  { notary, actor, dryRun }: Pick<GarbageOptions, 'notary' | 'actor' | 'dryRun'>,
): Promise<Removed> {
  const removed: Removed = { ...target, bytes: await sizeOf(target.path) };
  if (dryRun) return removed;
  const subject = { kind: target.kind, id: target.path, sha256: null };
  try {
    await notary.recorded(actor, { action: 'gc-delete', runId: null, subject }, async () => {
      const aside = `${target.path}.removed`;
      await removeTree(aside);
      await rename(target.path, aside);
      await removeTree(aside);
    });
    return removed;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    return { ...removed, bytes: 0, problem: error instanceof Error ? error.message : code };
  }
}
