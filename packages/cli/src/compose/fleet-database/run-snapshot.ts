import { type Json, jsonSchema } from '@codex-orch/core';
import type { ArtifactDigest, ArtifactStore } from '@codex-orch/engine-dbos';
import { z } from 'zod';
import { SnapshotDamagedError, SnapshotTooLargeError } from './errors.js';
import { remoteStandingSchema } from './remote-goal.js';
import { getPart, putPart } from './stored-files.js';
import {
  headSchema,
  maxSnapshotBytes,
  partBytes,
  partSchema,
  type RunSnapshot,
  sizeOf,
  snapshotSchema,
} from './snapshot-format.js';

/** What the database keeps of a run: where its newest snapshot lies, and how it stood then. */
const keptRunSchema = z.strictObject({
  schemaVersion: z.literal(1),
  worker: z.string(),
  head: headSchema,
  /** The list of the snapshot's files, as JSON in parts. */
  parts: z.array(partSchema).min(1).max(64),
  /** What was told of it when it waited or had ended; null while it was worked on. */
  standing: remoteStandingSchema.nullable(),
  /** The record of its tasks in Codex Cloud, which is ahead of the snapshot while one is worked on. */
  cloud: jsonSchema.optional(),
});

export type KeptRun = Readonly<z.infer<typeof keptRunSchema>>;

/** What a run's pointer says; undefined when it was never set. Throws {@link SnapshotDamagedError}. */
export function keptRunOf(runId: string, pointer: Json | undefined): KeptRun | undefined {
  if (pointer === undefined) return undefined;
  const { success, data, error } = keptRunSchema.safeParse(pointer);
  if (!success) throw new SnapshotDamagedError(runId, error.message, error);
  return data;
}

/** Stores the list of a snapshot whose files are stored. Throws {@link SnapshotTooLargeError}. */
export async function putSnapshot(snapshot: RunSnapshot, store: ArtifactStore): Promise<ArtifactDigest[]> {
  const { run, codex, tree } = snapshot;
  const all = [...run, ...codex].flatMap(({ parts }) => parts).concat(tree?.parts ?? []);
  if (sizeOf(all) > maxSnapshotBytes) throw new SnapshotTooLargeError(maxSnapshotBytes);
  const bytes = Buffer.from(JSON.stringify(snapshotSchema.parse(snapshot)));
  const parts: ArtifactDigest[] = [];
  for (let at = 0; at < bytes.length; at += partBytes)
    parts.push(await putPart(bytes.subarray(at, at + partBytes), store));
  return parts;
}

/** Reads the list of a snapshot: what it names is of this run, and leads nowhere else. Throws {@link SnapshotDamagedError}. */
export async function getSnapshot(
  runId: string,
  { parts }: Pick<KeptRun, 'parts'>,
  store: ArtifactStore,
): Promise<RunSnapshot> {
  const texts: Buffer[] = [];
  for (const part of parts) texts.push(await getPart(runId, part, store));
  let json: unknown;
  try {
    json = JSON.parse(Buffer.concat(texts).toString('utf8'));
  } catch (error) {
    throw new SnapshotDamagedError(runId, 'its list is no JSON', error);
  }
  const { success, data, error } = snapshotSchema.safeParse(json);
  if (!success) throw new SnapshotDamagedError(runId, z.prettifyError(error));
  if (data.runId !== runId) throw new SnapshotDamagedError(runId, `it is that of run ${data.runId}`);
  return data;
}
