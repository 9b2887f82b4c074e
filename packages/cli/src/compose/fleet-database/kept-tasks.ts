import { type CloudRecord, cloudRecordSchema, FileCloudStore } from '@codex-orch/cloud-adapter';
import type { Json, RunLocation } from '@codex-orch/core';
import { z } from 'zod';
import { cloudDirOf } from '../cloud/cloud-place.js';
import { SnapshotDamagedError } from './errors.js';

/** What a run directory says of its tasks in Codex Cloud; undefined where there are none. Throws `CloudRecordDamagedError`. */
export async function readTasks(location: Pick<RunLocation, 'dir'>): Promise<CloudRecord | undefined> {
  const record = await new FileCloudStore(cloudDirOf(location)).load();
  return record.turns.length === 0 ? undefined : record;
}

/** Puts what was kept of a run's tasks into its directory. */
export const writeTasks = (location: Pick<RunLocation, 'dir'>, tasks: CloudRecord): Promise<void> =>
  new FileCloudStore(cloudDirOf(location)).save(tasks);

/** What the database keeps of a run's tasks, where it keeps any. Throws {@link SnapshotDamagedError}. */
export function keptTasks(runId: string, cloud: Json | undefined): CloudRecord | undefined {
  if (cloud === undefined) return undefined;
  const { success, data, error } = cloudRecordSchema.safeParse(cloud);
  if (!success) throw new SnapshotDamagedError(runId, `its tasks in Codex Cloud: ${z.prettifyError(error)}`, error);
  return data;
}

/**
 * Whether a record of a run's tasks lacks what another one knows: whoever went on from it could ask for a task again. What was done to
 * find a task is not looked at, as a person may have said that there is none.
 */
export const isBehind = (own: CloudRecord | undefined, other: CloudRecord | undefined): boolean =>
  other?.turns.some(({ marker, task, outcome }) => {
    const same = own?.turns.find((turn) => turn.marker === marker);
    return !same || (task !== null && same.task === null) || (outcome !== null && same.outcome === null);
  }) ?? false;
