import { z } from 'zod';

const reporterSchema = z.discriminatedUnion('kind', [
  /** What `tsc --pretty false` prints. */
  z.strictObject({ kind: z.literal('tsc') }),
  /** What `eslint --format json` prints. */
  z.strictObject({ kind: z.literal('eslint-json') }),
  z.strictObject({
    kind: z.literal('lines'),
    /** A regular expression over a line without colours, with the groups `path`, `line` and `message`, and `code` if there is one. */
    finding: z.string(),
  }),
]);

/** A lint or a typecheck of a target's own. Like its tests, it runs in the sandbox, before and after an asset. */
export const codeCheckSchema = z.strictObject({
  /** The program `node` is the Node that runs the harness. */
  command: z.array(z.string()).min(1),
  reporter: reporterSchema,
});

export type CodeCheck = z.infer<typeof codeCheckSchema>;

/** The checks that a target may have, beside its tests. */
export const checkNames = ['lint', 'typecheck'] as const;
export type CheckName = (typeof checkNames)[number];

export const findingSchema = z.strictObject({
  path: z.string(),
  line: z.int(),
  /** The rule, or the number of the message; empty where the tool names none. */
  code: z.string(),
  message: z.string(),
});

export type CheckFinding = z.infer<typeof findingSchema>;
