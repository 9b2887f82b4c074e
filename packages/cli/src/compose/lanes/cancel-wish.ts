import type { Failure, Json, StepContext } from '@codex-orch/core';
import { type FleetState, hasEnded } from '@codex-orch/core/goals';
import { z } from 'zod';
import type { Happened } from './follow-goal.js';

/** The signal that carries a {@link CancelWish} to whoever works on a fleet. */
export const cancelSignal = 'cancel-goals';

const cancelWishSchema = z.strictObject({ goals: z.array(z.string()).nullable(), by: z.string() });

/** The wish that goals be cancelled; null means all. */
export type CancelWish = z.infer<typeof cancelWishSchema>;

/** What follows from a wish: which goals are to end. Undefined where none can be. */
export function wishedStop(fleet: Pick<FleetState, 'goals'>, payload: Json): Happened | undefined {
  const { data: wish } = cancelWishSchema.safeParse(payload);
  if (!wish) return undefined;
  const goals = fleet.goals
    .filter((goal) => !hasEnded(goal) && goal.stopping === null && (wish.goals?.includes(goal.id) ?? true))
    .map(({ id }) => id);
  return goals.length === 0 ? undefined : { type: 'stopped', goals, why: 'cancel', end: cancelledBy(wish) };
}

/** How a goal ended that somebody wanted cancelled. */
export const cancelledBy = ({ by }: CancelWish): Failure => ({
  code: 'run-cancelled',
  message: `Cancelled by ${by}.`,
});

/** Resolves when somebody wants goals cancelled that can be. It never rejects once nobody waits for it any more. */
export async function cancelWish(
  fleet: FleetState,
  step: Pick<StepContext, 'observe' | 'signal'>,
  signal: AbortSignal,
): Promise<Happened> {
  const payload = await step
    .observe(cancelSignal, (given) => wishedStop(fleet, given) !== undefined, { signal })
    .catch((error: unknown) => {
      step.signal.throwIfAborted();
      if (signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    });
  const happened = wishedStop(fleet, payload);
  if (!happened) throw new TypeError('What was observed does not hold any more.');
  return happened;
}
