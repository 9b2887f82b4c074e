import type { Report } from '../report/finding.js';
import type { Baseline } from './baseline-schema.js';

/** The debt that a report shows: what fails now, and what the old baseline still waives. */
export function baselineOf({ findings, waived }: Report): Baseline {
  const debt = [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...waived.filter(({ waiver }) => waiver.by === 'baseline'),
  ];
  const entries = debt.map(({ fingerprint, code, path, message }) => ({ fingerprint, code, path, message }));
  return { schemaVersion: 1, findings: sorted(entries) };
}

/** A baseline without the debt that is paid: what the report no longer finds. Nothing is ever added. */
export function shrinkBaseline(baseline: Baseline, { findings, waived }: Report): Baseline {
  const found = new Set([...findings, ...waived].map(({ fingerprint }) => fingerprint));
  return { schemaVersion: 1, findings: sorted(baseline.findings.filter(({ fingerprint }) => found.has(fingerprint))) };
}

export const formatBaseline = (baseline: Baseline): string => `${JSON.stringify(baseline, undefined, 2)}\n`;

type Entry = Baseline['findings'][number];

const sorted = (entries: readonly Entry[]): Entry[] =>
  [...new Map(entries.map((entry) => [entry.fingerprint, entry])).values()].sort(
    (a, b) => compare(a.path, b.path) || compare(a.code, b.code) || compare(a.fingerprint, b.fingerprint),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
