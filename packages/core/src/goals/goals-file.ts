import { z } from 'zod';
import { limitsSchema } from '../goal/events.js';

/** Where a goal may be worked on: on this machine, in Codex Cloud, or wherever its task says. */
const goalModeSchema = z.enum(['auto', 'local', 'cloud']);

/** What a goal is called in its file, and in git. */
export const goalIdSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    'must be lower-case letters, digits and dashes, as it becomes part of a branch name',
  );

const glob = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\\'),
    'must be a glob from the root of the repository, with /',
  );

/** What the text goes to cannot all take one: Postgres refuses to look into JSON that has it, and programs read up to it. */
const text = z.string().refine((given) => !given.includes('\0'), 'must not have a NUL character ("\\0")');

const choices = {
  mode: goalModeSchema,
  /** Codex Cloud environment; asked for where a repository has several. */
  environment: text.min(1),
  /** How many attempts Codex Cloud makes, of which the best is taken. */
  attempts: z.number().int().min(1).max(4),
  /** What this goal may use; the configuration's limits where it says nothing. */
  budget: limitsSchema.partial(),
};

/** The format of a goals file: `goals.yaml` or `goals.json`. */
export const goalsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  /** What holds for each goal that does not say otherwise. */
  defaults: z.strictObject(choices).partial().optional(),
  goals: z
    .array(
      z.strictObject({
        id: goalIdSchema,
        /** What to achieve. */
        goal: text.trim().min(1),
        /** Task of the registry that it belongs to. */
        task: text.min(1).optional(),
        /** Goals that have to be done before it begins. */
        depends_on: z.array(goalIdSchema).optional(),
        /** What it is expected to change; goals that expect the same are told, not refused. */
        paths: z.array(glob).optional(),
        ...z.strictObject(choices).partial().shape,
      }),
    )
    .min(1)
    .max(1000),
});

export type GoalsFile = Readonly<z.infer<typeof goalsFileSchema>>;
export type GoalEntry = GoalsFile['goals'][number];
