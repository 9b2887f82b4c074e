import { approvalSchema } from '@codex-orch/core';
import { z } from 'zod';
import { specRisks, specStatuses } from '../spec/mini-spec.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.iso.date();
const id = z.string().min(1).max(128);

/** A run of a task: its id, or an object that holds it. */
const taskRunSchema = z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })]);

/** Where an asset was used for a task: in the run whose diff was applied, or in an application of its own. */
const assetUseSchema = z.looseObject({
  id: z.string().min(1),
  version: z.string().min(1),
  at: z.iso.datetime(),
  run: z.string().min(1).optional().describe('The run whose applied diff it made part of.'),
  application: z.string().min(1).optional().describe('What `codex-orch patterns rollback` takes back.'),
});

/** One entry of the list of tasks. */
export const taskSchema = z.looseObject({
  id,
  slug: z.string().min(1),
  title: z.string().min(1),
  path: z.string().min(1).optional().describe("Where the task is described, relative to the repository's root."),
  kind: z.string().min(1).default('task'),
  status: z.enum(['planned', 'in-progress', 'done']),
  gate: z.string().default('').describe('What has to be true for the task to be done.'),
  execution: z
    .looseObject({ parallel: z.boolean().optional(), requires_cloud: z.boolean().optional() })
    .optional()
    .describe('Where goals of the task are worked on: in the cloud beside others, or only there.'),
  runs: z.array(taskRunSchema).default([]),
  assets: z
    .array(assetUseSchema)
    .optional()
    .describe('The assets of the learning library that were used for the task.'),
});

/** Who looked at which content of a spec, and found that it still holds. */
export const reviewSchema = z.looseObject({
  by: z.strictObject({ actor: z.enum(['human', 'policy', 'agent']), name: z.string().min(1), email: z.string() }),
  at: z.iso.datetime(),
  last_review: day,
  sha256: sha256.describe('Of the normalised content that was reviewed.'),
  channel: z.string().min(1),
  note: z.string().optional(),
  signature: z
    .string()
    .optional()
    .describe('As of an approval: over the canonical JSON of the record without this field.'),
});

/** One entry of the list of specs. */
export const specEntrySchema = z.looseObject({
  id,
  path: z.string().min(1),
  title: z.string().optional(),
  relates_to: z.array(id).default([]),
  covers: z.array(z.string().min(1)).default([]),
  status: z.enum(specStatuses),
  owners: z.array(z.string().min(1)).default([]),
  last_review: day.optional(),
  risk: z.enum(specRisks).optional(),
  sha256: sha256.optional().describe('Of the normalised content.'),
  approvals: z.array(approvalSchema).default([]),
  reviews: z.array(reviewSchema).default([]),
});

/** `tasks/index.json`: the tasks of a repository and the specs that govern it. Unknown fields are kept. */
export const registrySchema = z.looseObject({
  schemaVersion: z.literal(1).default(1),
  items: z.array(taskSchema).default([]),
  specs: z.array(specEntrySchema).default([]),
});

export type Task = Readonly<z.infer<typeof taskSchema>>;
export type AssetUse = Readonly<z.infer<typeof assetUseSchema>>;
export type TaskStatus = Task['status'];
export type Review = Readonly<z.infer<typeof reviewSchema>>;
export type SpecEntry = Readonly<z.infer<typeof specEntrySchema>>;
export type Registry = Readonly<z.infer<typeof registrySchema>>;

export const taskStatuses: readonly TaskStatus[] = taskSchema.shape.status.options;
