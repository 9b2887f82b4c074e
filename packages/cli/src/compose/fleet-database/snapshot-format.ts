import type { ArtifactDigest } from '@codex-orch/engine-dbos';
import { objectIdSchema } from '@codex-orch/core/goals';
import { z } from 'zod';
import { runIdSchema } from './remote-goal.js';

/** Files are stored in parts of this size, in bytes: what only grew is not stored again, and no part is too large for any store. */
export const partBytes = 256 * 1024;

/** Most that is kept of a run, in bytes. */
export const maxSnapshotBytes = 128 * 1024 * 1024;

/** A name of ours: no way up, nothing hidden, nothing that another system reads differently. */
export const safePath = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\/){0,8}[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/;

export const partSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive().max(partBytes),
});
const file = z.strictObject({ path: z.string().regex(safePath), parts: z.array(partSchema) });
/** Who holds a run is of no use elsewhere, nor is what Codex noted of the login with which a task was submitted. */
export const isOfRun = (path: string): boolean => !/^(?:lock\b|cloud\/submission-)/.test(path);
/** Of Codex's home only its threads move: rules and instructions in it would speak to the Codex of another machine. */
const threadPath = /^sessions\/.+\.jsonl$/;
export const headSchema = z.strictObject({
  seq: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export type SnapshotFile = z.infer<typeof file>;

const distinct = (files: readonly SnapshotFile[]): boolean =>
  new Set(files.map((one) => one.path.toLowerCase())).size === files.length;

const files = (isAllowed: (path: string) => boolean) =>
  z
    .array(file.refine((one) => isAllowed(one.path), 'such a file is no part of it'))
    .max(10_000)
    .refine(distinct, 'a file is named twice');

/** All that another machine needs to go on with a run, as digests of what lies in the shared store. */
export const snapshotSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    runId: runIdSchema,
    taskId: z.string(),
    /** The worker that made it. */
    worker: z.string(),
    /** The end of the run's events. */
    head: headSchema,
    /** The run directory: its journal, events, manifest, and what they name. */
    run: files(isOfRun),
    /** Codex's threads, relative to its home. */
    codex: files((path) => threadPath.test(path)),
    /** The tree that the work goes on from, as `Workspace.carry` writes it; null where that is the base. */
    tree: z.strictObject({ id: objectIdSchema, parts: z.array(partSchema) }).nullable(),
  })
  .refine(
    ({ run, codex, tree }) =>
      sizeOf([...run, ...codex].flatMap(({ parts }) => parts).concat(tree?.parts ?? [])) <= maxSnapshotBytes,
    `it has more than ${maxSnapshotBytes} bytes`,
  );

export type RunSnapshot = Readonly<z.infer<typeof snapshotSchema>>;

export const sizeOf = (parts: readonly ArtifactDigest[]): number => parts.reduce((sum, { bytes }) => sum + bytes, 0);
