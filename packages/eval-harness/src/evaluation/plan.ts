import { z } from 'zod';
import { EvaluationChangedError } from './errors.js';
import { ResultStore } from './result-store.js';

const planSchema = z.strictObject({
  digest: z.string(),
  startedAt: z.iso.datetime(),
  /** How to go on with it, as an argument array. */
  resume: z.array(z.string()).default([]),
});

const plansIn = (dir: string): ResultStore<z.infer<typeof planSchema>> => new ResultStore(dir, planSchema);

export interface Plan {
  readonly id: string;
  /** Of all that is evaluated. */
  readonly digest: string;
  /** What that is, for people. */
  readonly what: string;
  readonly at: string;
  readonly resume?: readonly string[] | undefined;
}

/**
 * Notes in the folder of an evaluation what is evaluated, or compares with the note of the process that began it. Gives the time at which
 * it began.
 *
 * Throws {@link EvaluationChangedError}.
 */
export async function beginPlan(dir: string, { id, digest, what, at, resume = [] }: Plan): Promise<string> {
  const before = await plansIn(dir).get('plan');
  if (before && before.digest !== digest) throw new EvaluationChangedError(id, what);
  if (before) return before.startedAt;
  await plansIn(dir).put('plan', { digest, startedAt: at, resume: [...resume] });
  return at;
}

/** How to go on with the evaluation of a folder, as an argument array; empty where nobody said so. */
export const resumeCommandIn = async (dir: string): Promise<readonly string[]> =>
  (await plansIn(dir).get('plan'))?.resume ?? [];
