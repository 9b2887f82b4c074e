import type { MiniSpec } from '../spec/mini-spec.js';
import type { Policy } from './policy.js';

const DAY = 86_400_000;
/** No place on earth is further ahead of UTC: there the day that is written down has begun already. */
const MAX_AHEAD = 14 * 3_600_000;

export interface Deadlines {
  readonly reviewDays: number;
  readonly warnDays: number;
}

/** How long a review of a spec lasts: what is said of it, of its risk, of all. */
export function deadlinesOf(policy: Policy, { id, risk }: Partial<Pick<MiniSpec, 'id' | 'risk'>>): Deadlines {
  const ofRisk = risk && policy.risks[risk];
  const ofSpec = id !== undefined && Object.hasOwn(policy.specs, id) ? policy.specs[id] : undefined;
  const reviewDays = ofSpec?.reviewDays ?? ofRisk?.reviewDays ?? policy.reviewDays;
  const warnDays = ofSpec?.warnDays ?? ofRisk?.warnDays ?? policy.warnDays;
  return { reviewDays, warnDays: Math.min(warnDays, reviewDays) };
}

/** Full days since a day, in UTC; negative before it. */
export const daysSince = (day: string, at: number): number => Math.floor((at - Date.parse(`${day}T00:00:00Z`)) / DAY);

/** Whether a day has not begun anywhere yet. */
export const isAhead = (day: string, at: number): boolean => Date.parse(`${day}T00:00:00Z`) > at + MAX_AHEAD;

/** The day that comes so many days after another. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** The last moment of a day, in UTC. */
export const endOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) + DAY - 1;
