import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fixtureName = z.string().regex(/^\d{1,4}\.(input|output)\.[a-z]{2,4}$/);

/** The names of the modules, by kind. */
export const moduleNames = { codemod: 'transform.mjs', rule: 'rule.mjs', template: 'template.mjs' } as const;

/** The folder of the fixtures in that of a candidate. */
export const fixtureFolder = '__testfixtures__';

/** `asset.json` of a candidate: what it is, and where it comes from. Unknown fields are kept for whoever completes it. */
export const candidateFileSchema = z.looseObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  kind: z.enum(['codemod', 'rule', 'template']),
  status: z
    .literal('candidate')
    .describe('It is no more before its evaluation passed and a human approved its digest.'),
  title: z.string(),
  pattern: z
    .array(z.object({ before: z.string(), after: z.string() }))
    .describe('`$1` for what differs, `...$2` for any number of elements.'),
  prefilter: z
    .array(z.string().min(1))
    .describe('Texts of which a file has at least one if it can be changed; none for every file.'),
  occurrences: z.int().min(1).describe('Edits in all.'),
  savedLines: z.int().min(0),
  score: z.number().describe('Runs and diffs × saved lines.'),
  notes: z.array(z.string()),
  provenance: z.array(
    z.object({
      origin: z.string().describe('A run, or the name of a diff file.'),
      sha256: sha256.describe('Of its diff.'),
    }),
  ),
  fixtures: z
    .array(
      z.object({
        input: fixtureName,
        output: fixtureName,
        inputSha256: sha256,
        outputSha256: sha256,
        path: z.string().describe('Where it lies in the repository of the run.'),
        origin: z.string(),
        sha256: sha256.describe('Of the diff.'),
        isFragment: z.boolean().describe('Pieces of the file, because the diff shows no more.'),
        isPart: z.boolean().describe('The diff changed more in this file.'),
        edits: z.int().min(1),
      }),
    )
    .min(1)
    .max(9999),
});

export type CandidateFile = Readonly<z.infer<typeof candidateFileSchema>>;
