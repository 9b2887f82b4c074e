import { limitsSchema } from '@codex-orch/core';
import { z } from 'zod';
import { targetSchema } from '../target/target.js';

/** Of a file or folder below the scenario or the target. */
const relative = z
  .string()
  .min(1)
  .regex(/^(?!\/|.*(?:^|\/)\.\.(?:\/|$))/, 'must be a relative path without ".."');

const share = z.number().min(0).max(1);

/** What a provider takes for a million tokens. */
const priceSchema = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, such as USD'),
  inputPerMillion: z.number().nonnegative(),
  /** As other input when absent. */
  cachedInputPerMillion: z.number().nonnegative().optional(),
  outputPerMillion: z.number().nonnegative(),
});

const variantSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'lower-case letters, digits, ".", "_" and "-"'),
  /** Other words for the goal. */
  goal: z.string().min(1).optional(),
  /** Put below the goal. */
  instructions: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  driver: z.enum(['auto', 'app-server', 'mcp-server', 'exec']).optional(),
  /** The recorded or written answers of a model, below the scenario; without it only a live model can answer. */
  cassette: relative.optional(),
  /** What tokens cost; without it no cost is told. */
  price: priceSchema.optional(),
  /** Which share of the attempts has to pass; at most none, for one that is wrong on purpose. */
  passRate: z
    .strictObject({ atLeast: share.optional(), atMost: share.optional() })
    .refine(({ atLeast = 0, atMost = 1 }) => atLeast <= atMost, 'wants more at least than at most')
    .optional(),
});

/** The form of a scenario of a goal: a goal on a target, in variants that are compared, and the tests that judge them. */
export const goalScenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  title: z.string().min(1),
  /** Its name in `targets.json`. */
  target: z.string().min(1),
  goal: z.string().min(1),
  variants: z
    .array(variantSchema)
    .min(1)
    .refine((variants) => new Set(variants.map(({ name }) => name)).size === variants.length, 'names a variant twice'),
  /** How often each variant is tried. */
  repetitions: z.int().min(1).max(1000).default(1),
  limits: limitsSchema.partial().default({}),
  /** What the tester of the goal runs; the target's own test commands when absent. */
  testCommands: z
    .array(z.array(z.string().min(1)).min(1))
    .min(1)
    .optional(),
  /**
   * Folders and files of the target that hold its tests. What the work changed in them is put back before they judge. By default those
   * that are named as tests usually are.
   */
  ownTests: z.array(relative).min(1).optional(),
  /** Tests that only the harness knows: they come once the work is done. */
  hidden: z.strictObject({
    /** A folder below the scenario, whose files are laid over the target. */
    files: relative,
    tests: targetSchema.shape.tests,
    /** The tests that have to pass, as the report names them; one that does not run fails. */
    ids: z.array(z.string().min(1)).min(1),
  }),
});

export type GoalScenario = z.infer<typeof goalScenarioSchema>;
export type GoalVariant = GoalScenario['variants'][number];
