/** How long a period is. Weeks begin on Monday; all in UTC. */
export type PeriodLength = 'day' | 'week' | 'month';

/** The first day of the period that a time is in, as `2026-01-31`. */
export function periodOf(time: Date, length: PeriodLength): string {
  const day = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
  if (length === 'month') day.setUTCDate(1);
  if (length === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
