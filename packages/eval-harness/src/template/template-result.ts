import { z } from 'zod';

export const templateResultSchema = z.strictObject({
  template: z.string(),
  version: z.string(),
  verdict: z.enum(['passed', 'failed', 'not-evaluated']),
  /** Why it was not evaluated. */
  why: z.string().optional(),
  causes: z.array(
    z.strictObject({
      kind: z.enum([
        'did-not-render',
        'not-the-same-twice',
        'changed-parameters',
        'bad-path',
        'does-not-parse',
        'not-the-fixture',
      ]),
      example: z.string(),
      message: z.string(),
    }),
  ),
  /** Sets of parameters that it was rendered with, and of these the fixtures, whose files are known. */
  examples: z.int(),
  fixtures: z.int(),
  /** Made from the schema of its parameters, and refused by the template, e.g. as one parameter does not go with another. */
  refused: z.array(z.string()),
  files: z.int(),
  /** Files that a reader of their kind took, by its name. */
  read: z.record(z.string(), z.int()),
  /** Files that only people read: nothing but their place, and that they come out the same, is judged. */
  unread: z.int(),
});

export type TemplateResult = z.infer<typeof templateResultSchema>;
