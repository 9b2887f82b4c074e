import type { Happened } from '../lanes/follow-goal.js';
import type { GoalSeen } from './look-at-goals.js';

/** What became of a goal since its fleet last heard of it. */
export function happenedTo({ goal, how, usage, asks, end }: GoalSeen): Happened | undefined {
  const { id, standing, stopping, trouble } = goal;
  switch (how) {
    case 'ended':
      // Whoever wished it is of more interest than that it happened.
      return { type: 'ended', goal: id, usage, ...end, ...(isWished(goal, end.state) ? { end: goal.end } : {}) };
    case 'unknown':
      // It was to begin when it was stopped.
      return stopping === null
        ? undefined
        : { type: 'ended', goal: id, state: 'cancelled', commit: null, usage, end: goal.end };
    case 'interrupted':
      return trouble?.message === end.end?.message && standing === 'parked'
        ? undefined
        : { type: 'parked', goal: id, usage, asks, ...(end.end ? { trouble: end.end } : {}) };
    case 'waits': {
      const isTold = standing === 'parked' && trouble === null && String(goal.asks) === String(asks);
      return isTold ? undefined : { type: 'parked', goal: id, usage, asks };
    }
    case 'works':
      return standing === 'parked' ? { type: 'answered', goal: id } : undefined;
  }
}

const isWished = ({ stopping }: GoalSeen['goal'], state: string): boolean =>
  stopping === 'cancel' && state === 'cancelled';
