import { z } from 'zod';
import { limitsSchema, usageSchema } from '../goal/events.js';
import { goalIdSchema } from './goals-file.js';
import { cloudSignOffSchema } from './signed-plan.js';

const id = z.string().min(1);
const failure = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** A whole object id of git. What stands in a database or a file could be anything else, an option among them. */
export const objectIdSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'is no whole object id of git');
const commit = objectIdSchema;

/** How a goal of a fleet ended; `done` alone is success. */
const ends = ['done', 'failed', 'rejected', 'escalated', 'exhausted', 'cancelled', 'blocked'] as const;

/**
 * Where a goal of a fleet stands. `waiting`: for goals it depends on, or for a lane. `parked`: a human has to answer, or
 * to mend what interrupted its run; it occupies no lane meanwhile.
 */
const standings = ['waiting', 'running', 'parked', ...ends] as const;

/** What goals of one file may use together. */
const fleetBudgetSchema = z.strictObject({
  tokens: z.number().int().positive().nullable(),
  /** Of work; the time in which all goals wait for people costs nothing. */
  minutes: z.number().positive().nullable(),
});

/** What a fleet is started with: the goals of one file, as they were planned. */
export const fleetInputSchema = z.strictObject({
  fleetId: id,
  /** The goals file, as the user named it. */
  file: z.string(),
  /** Of the goals file's content: the same unfinished content is gone on with. */
  contentSha256: z.string(),
  /** Of the plan, which approvals are bound to. */
  planSha256: z.string(),
  repository: z.string(),
  base: z.strictObject({ commit, branch: z.string().nullable() }),
  concurrency: z.number().int().positive(),
  budget: fleetBudgetSchema,
  version: z.string(),
  /** The configuration that all its runs begin with, as `settingsOf` gives it. */
  settings: z.json(),
  goals: z.array(
    z.strictObject({
      id: goalIdSchema,
      goal: z.string(),
      task: z.string().nullable(),
      mode: z.enum(['local', 'cloud']),
      environment: z.string().nullable(),
      attempts: z.number().int().positive(),
      limits: limitsSchema,
      after: z.array(goalIdSchema),
    }),
  ),
  /** Where its goals in the cloud are worked on by any of many machines. */
  cloud: cloudSignOffSchema.optional(),
});

export type FleetInput = Readonly<z.infer<typeof fleetInputSchema>>;

/** One goal of a fleet, and how it stands. */
export const fleetGoalSchema = fleetInputSchema.shape.goals.element.extend({
  runId: id,
  standing: z.enum(standings),
  /** From 1, while it is worked on. */
  lane: z.number().int().positive().nullable(),
  /** Since which event of the fleet nothing but a lane is missing. */
  readySince: z.number().int().nullable(),
  /** The commit that it starts from; null until it began. */
  base: commit.nullable(),
  /** What its promoted work is. */
  commit: commit.nullable(),
  usage: usageSchema,
  /** Open requests of Codex that it waits with; none while its diff waits for approval. */
  asks: z.array(z.string()),
  /** What interrupted its run, while it is parked for that; it is gone on with when the fleet is. */
  trouble: failure.nullable().default(null),
  /** Why it is being ended. */
  stopping: z.enum(['cancel', 'budget']).nullable(),
  end: failure.nullable(),
});

export type FleetGoal = Readonly<z.infer<typeof fleetGoalSchema>>;
export type FleetEnd = (typeof ends)[number];

/** What the events of a fleet add up to. */
export interface FleetState {
  readonly goals: readonly FleetGoal[];
  readonly concurrency: number;
  readonly budget: FleetInput['budget'];
  /** How many events it has seen. */
  readonly events: number;
  /** Milliseconds in which goals were worked on. */
  readonly elapsedMs: number;
}

const measured = { elapsedMs: z.number().nonnegative() };

/** Something that happened to goals of a fleet. */
export const fleetEventSchema = z.discriminatedUnion('type', [
  /** A goal begins on a lane. One that was answered goes on where it was. */
  z.strictObject({ type: z.literal('begun'), goal: id, base: commit, limits: limitsSchema }),
  z.strictObject({ type: z.literal('refused'), goal: id, failure }),
  z.strictObject({
    type: z.literal('parked'),
    goal: id,
    usage: usageSchema,
    asks: z.array(z.string()),
    trouble: failure.optional(),
    ...measured,
  }),
  z.strictObject({ type: z.literal('answered'), goal: id, ...measured }),
  z.strictObject({
    type: z.literal('ended'),
    goal: id,
    state: z.enum(ends),
    commit: commit.nullable(),
    usage: usageSchema,
    end: failure.nullable(),
    ...measured,
  }),
  z.strictObject({
    type: z.literal('stopped'),
    goals: z.array(id),
    why: z.enum(['cancel', 'budget']),
    end: failure,
    ...measured,
  }),
]);

export type FleetEvent = Readonly<z.infer<typeof fleetEventSchema>>;

export const hasEnded = ({ standing }: Pick<FleetGoal, 'standing'>): boolean =>
  (ends as readonly string[]).includes(standing);

/** Whether nothing is left to do. */
export const isFleetOver = ({ goals }: Pick<FleetState, 'goals'>): boolean => goals.every(hasEnded);
