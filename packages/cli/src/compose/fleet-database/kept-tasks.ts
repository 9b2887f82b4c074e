import { readFile } from 'node:fs/promises';
import { ifAbsent, type Json, jsonSchema, makeFolder, type RunLocation, writeFileAtomic } from '@codex-orch/core';
import { cloudDirOf, cloudRecordFile } from '../cloud/cloud-place.js';

/** What a run directory says of its tasks in Codex Cloud; undefined where there are none, or it says nothing that makes sense. */
export async function readTasks(location: Pick<RunLocation, 'dir'>): Promise<Json | undefined> {
  const text = await ifAbsent(readFile(cloudRecordFile(location), 'utf8'), undefined);
  try {
    return text === undefined ? undefined : jsonSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Puts what was kept of a run's tasks into its directory, where who goes on with them checks it. */
export async function writeTasks(location: Pick<RunLocation, 'dir'>, tasks: Json): Promise<void> {
  await makeFolder(cloudDirOf(location), { mode: 0o700 });
  await writeFileAtomic(cloudRecordFile(location), `${JSON.stringify(tasks, null, 2)}\n`, { mode: 0o600 });
}
