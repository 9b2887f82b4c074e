import type { AttemptResult } from './attempt-result.js';
import type { Metric } from './goal-evaluation.js';

/** What is known of an attempt in numbers. Work that was not finished has no size that would mean anything. */
export const metrics: Readonly<Record<Metric, (attempt: AttemptResult) => number | undefined>> = {
  tokens: ({ usage }) => usage.totalTokens,
  cost: ({ cost }) => cost?.amount,
  runMs: ({ durationsMs }) => durationsMs.run,
  changedLines: ({ diff, hidden }) => (diff && hidden ? diff.added + diff.removed : undefined),
  changedFiles: ({ diff, hidden }) => (diff && hidden ? diff.files : undefined),
  revisions: ({ revisions }) => revisions,
  replans: ({ replans }) => replans,
  hiddenPassed: ({ hidden }) => hidden?.passed,
};

export const metricNames = Object.keys(metrics) as Metric[];

/** A number of a metric, for people. */
export function inUnits(metric: Metric, value: number): string {
  if (metric === 'runMs') return `${(value / 1000).toFixed(1)} s`;
  if (metric === 'cost') return value.toFixed(4);
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

export const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

export const percentPoints = (share: number): string => `${Math.round(share * 1000) / 10} points`;
