import { z } from 'zod';
import { EvaluationChangedError } from './errors.js';
import { ResultStore } from './result-store.js';

const planSchema = z.strictObject({
  digest: z.string(),
  startedAt: z.iso.datetime(),
  /** What is evaluated; absent where an earlier version began it. */
  kind: z.enum(['assets', 'goals']).optional(),
  /** How to go on with it, as an argument array. */
  resume: z.array(z.string()).default([]),
  /** What its caller was asked for, in the caller's own form. */
  asked: z.record(z.string(), z.unknown()).optional(),
});

const plansIn = (dir: string): ResultStore<z.infer<typeof planSchema>> => new ResultStore(dir, planSchema);

export interface Plan {
  readonly id: string;
  readonly kind: 'assets' | 'goals';
  /** Of all that is evaluated. */
  readonly digest: string;
  /** What that is, for people. */
  readonly what: string;
  readonly at: string;
  readonly resume?: readonly string[] | undefined;
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Notes in the folder of an evaluation what is evaluated, or compares with the note of the process that began it. Gives the time at which
 * it began. An earlier version noted less; the rest is added.
 *
 * Throws {@link EvaluationChangedError}.
 */
export async function beginPlan(
  dir: string,
  { id, kind, digest, what, at, resume = [], asked }: Plan,
): Promise<string> {
  const before = await plansIn(dir).get('plan');
  if (before && before.digest !== digest) throw new EvaluationChangedError(id, what);
  const startedAt = before?.startedAt ?? at;
  if (before && (before.asked || !asked)) return startedAt;
  const note = { digest, startedAt, kind, resume: [...resume], ...(asked && { asked: { ...asked } }) };
  await plansIn(dir).put('plan', note);
  return startedAt;
}

/** How an evaluation was begun. */
export interface BegunEvaluation {
  /** Undefined where an earlier version began it. */
  readonly kind: 'assets' | 'goals' | undefined;
  /** How to go on with it, as an argument array; empty where nobody said so. */
  readonly resume: readonly string[];
  /** What its caller was asked for, as the caller handed it over; undefined where that was nothing. */
  readonly asked: Readonly<Record<string, unknown>> | undefined;
}

/** How the evaluation of a folder was begun; undefined where none was. */
export async function evaluationBegunIn(dir: string): Promise<BegunEvaluation | undefined> {
  const plan = await plansIn(dir).get('plan');
  return plan && { kind: plan.kind, resume: plan.resume, asked: plan.asked };
}
