import { approvalSchema } from '@codex-orch/core';
import { z } from 'zod';
import { languageNames } from '../selection/languages.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const semver = z
  .string()
  .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/)
  .describe('A version as semver writes it.');
const id = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case words joined by dashes');

/** What an asset is: a transform of sources, a rule of ESLint, or a text to fill in. */
export const assetKinds = ['codemod', 'rule', 'template'] as const;
/** Only what is proven is offered to a goal; what is retired is not applied any more. */
export const assetStatuses = ['candidate', 'proven', 'retired'] as const;
/** What fixtures show beside the ordinary case. */
export const fixtureKinds = ['positive', 'negative', 'crlf', 'idempotent'] as const;

/** A decision about exactly one code of an asset. Only one of a human counts. */
export const assetApprovalSchema = z.strictObject({
  ...approvalSchema.shape,
  subject: z.strictObject({ kind: z.literal('asset'), id, sha256: sha256.describe('The digest of the module.') }),
});

const proofSchema = z.looseObject({
  target: z.string().min(1).describe('Of evaluation/targets.json, with its version: name@version.'),
  version: semver.describe('Of the asset.'),
  assetSha256: sha256,
  testsKept: z.int().min(0).describe('Tests that passed before and after.'),
  testsTotal: z.int().min(0).describe('Tests that passed before.'),
  at: z.iso.datetime(),
});

const evaluationSchema = z.looseObject({
  version: semver,
  assetSha256: sha256,
  passed: z.boolean(),
  at: z.iso.datetime(),
  failedOn: z.array(z.string()).optional().describe('The targets on which it failed.'),
});

/** One asset of the index. */
export const assetSchema = z.looseObject({
  id,
  kind: z.enum(assetKinds),
  version: semver,
  title: z.string().min(1),
  whenToUse: z.string().min(1),
  package: z
    .string()
    .min(1)
    .describe('Name of its npm package, or a folder relative to the index that begins with "./".'),
  module: z
    .string()
    .regex(/^\.(?:\/|$)/)
    .describe('What the package exports, e.g. "./buffer-constructor"; a file in that folder.'),
  docs: z.string().min(1).optional().describe('Path of its documentation, relative to the index.'),
  optionsSchema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A JSON Schema; without it there are no options.'),
  risk: z.enum(['low', 'medium', 'high']),
  languages: z.array(z.enum(languageNames)).min(1),
  fixtures: z
    .looseObject({
      path: z.string().min(1).describe('A folder, relative to the index.'),
      kinds: z
        .partialRecord(z.enum(fixtureKinds), z.int().min(0))
        .describe('How many fixtures there are of each kind.'),
      derived: z
        .array(z.enum(['crlf', 'idempotent']))
        .default([])
        .describe('Kinds that the tests of its package make from every fixture.'),
    })
    .optional(),
  safety: z.looseObject({
    class: z
      .enum(['guarded', 'syntactic', 'manual'])
      .describe('Declines where it cannot be sure; cannot change behaviour; wants a look at every place.'),
    declines: z.array(z.looseObject({ reason: z.string().min(1), when: z.string().min(1) })).default([]),
  }),
  requires: z
    .looseObject({ node: z.string().optional(), typescript: z.string().optional() })
    .default({})
    .describe('Ranges of versions that its output needs.'),
  prefilter: z.array(z.string().min(1)).default([]),
  rollback: z.string().default('').describe('What a rollback does not undo.'),
  provenance: z
    .looseObject({ runs: z.array(z.string()).default([]), digests: z.array(sha256).default([]) })
    .default({ runs: [], digests: [] })
    .describe('The runs that it was learnt from, and the digests of their diffs.'),
  proof: z.array(proofSchema).default([]),
  evaluation: evaluationSchema.optional(),
  status: z.enum(assetStatuses),
  approvals: z.array(assetApprovalSchema).default([]),
  owner: z.string().min(1),
  last_review: z.iso.date(),
  supersedes: z.array(id).default([]),
  adoption: z
    .array(z.looseObject({ task: z.string().optional(), run: z.string().optional(), at: z.iso.datetime().optional() }))
    .default([]),
});

/** `patterns/index.json`. Unknown fields are kept. */
export const indexSchema = z.looseObject({
  schemaVersion: z.literal(1),
  assets: z.array(assetSchema),
});

export type Asset = Readonly<z.infer<typeof assetSchema>>;
export type AssetKind = Asset['kind'];
export type AssetStatus = Asset['status'];
export type AssetApproval = Readonly<z.infer<typeof assetApprovalSchema>>;
export type AssetIndex = Readonly<z.infer<typeof indexSchema>>;
