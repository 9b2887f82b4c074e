import path from 'node:path';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileDigest = z.object({ sha256, bytes: z.int().min(0) });

/** Where an application is in its life. What files really hold decides what a rollback does, not this. */
export const applicationStates = ['writing', 'applied', 'interrupted', 'rolled-back', 'partly-rolled-back'] as const;

/** `application.json`: what was done to which files, written before the first of them is. Unknown fields are kept. */
export const applicationSchema = z.looseObject({
  schemaVersion: z.literal(1),
  id: z.string().describe('A ULID; also the name of the folder.'),
  at: z.iso.datetime(),
  state: z.enum(applicationStates).describe('"writing" where the process was killed before it was done.'),
  library: z.string().describe('The version of the learning library.'),
  compat: z.boolean(),
  assets: z.array(
    z.looseObject({
      id: z.string(),
      version: z.string(),
      sha256: sha256.describe('The digest of the module of the asset.'),
      options: z.record(z.string(), z.unknown()),
    }),
  ),
  patch: z.object({ path: z.literal('reverse.patch'), sha256, bytes: z.int().min(0) }),
  files: z.array(
    z.looseObject({
      path: z
        .string()
        .refine(
          (name) => !path.posix.isAbsolute(name) && path.posix.normalize(name) === name && !/^\.\.(?:\/|$)/.test(name),
          {
            error: 'it leaves the repository',
          },
        )
        .describe("Relative to the repository's root."),
      before: fileDigest,
      after: fileDigest,
      patch: z.object({ start: z.int(), end: z.int() }).describe('The part of reverse.patch for this file, in bytes.'),
      assets: z.array(z.string()).describe('The assets that changed it.'),
      outcome: z
        .enum(['planned', 'written', 'changed-meanwhile', 'not-writable'])
        .describe('"planned" where it was not, or not yet, its turn.'),
    }),
  ),
  declined: z.array(
    z.object({
      path: z.string(),
      asset: z.string(),
      reason: z.string(),
      message: z.string(),
      line: z.int(),
      column: z.int(),
    }),
  ),
  failures: z.array(
    z.object({ path: z.string(), asset: z.string().optional(), code: z.string(), message: z.string() }),
  ),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});

export type ApplicationRecord = Readonly<z.infer<typeof applicationSchema>>;
export type ApplicationFile = ApplicationRecord['files'][number];
