import type { Json, StepContext } from '@codex-orch/core';
import { type FleetState, hasEnded } from '@codex-orch/core/goals';
import { z } from 'zod';
import type { Happened } from './follow-goal.js';

/** The signal that carries a {@link CancelWish} to whoever works on a fleet. */
export const cancelSignal = 'cancel-goals';

const cancelWishSchema = z.strictObject({ goals: z.array(z.string()).nullable(), by: z.string() });

/** The wish that goals be cancelled; null means all. */
export type CancelWish = z.infer<typeof cancelWishSchema>;

/** Resolves when somebody wants goals cancelled that can be. It never rejects once nobody waits for it any more. */
export async function cancelWish(
  fleet: FleetState,
  step: Pick<StepContext, 'observe' | 'signal'>,
  signal: AbortSignal,
): Promise<Happened> {
  const wanted = (payload: Json): readonly string[] => {
    const { data } = cancelWishSchema.safeParse(payload);
    if (!data) return [];
    return fleet.goals
      .filter((goal) => !hasEnded(goal) && goal.stopping === null && (data.goals?.includes(goal.id) ?? true))
      .map(({ id }) => id);
  };
  const payload = await step
    .observe(cancelSignal, (given) => wanted(given).length > 0, { signal })
    .catch((error: unknown) => {
      step.signal.throwIfAborted();
      if (signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    });
  const { by } = cancelWishSchema.parse(payload);
  return {
    type: 'stopped',
    goals: [...wanted(payload)],
    why: 'cancel',
    end: { code: 'run-cancelled', message: `Cancelled by ${by}.` },
  };
}
