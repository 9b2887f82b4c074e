import { propose, type Repeat } from '../ingest/candidate/propose.js';
import { unitsAt } from '../ingest/edit/unit.js';
import { readOrigins } from '../ingest/ingest.js';
import type { Skipped } from '../ingest/source/changed-file.js';
import { readAssetEdits } from './asset-edits.js';
import { periodOf, type PeriodLength } from './period.js';

export interface StatsOptions {
  /** Absolute path of the repository that holds the runs and the applications. */
  readonly repositoryRoot: string;
  /** All by default. */
  readonly runs?: readonly string[] | 'all' | undefined;
  /** A month by default. */
  readonly period?: PeriodLength | undefined;
  /** Assets of the index: repeats that one of them would have made are counted apart. */
  readonly index?: readonly { readonly id: string }[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Counts of one period, or of all. */
export interface StatsCounts {
  readonly runs: number;
  /** Edits that runs made by themselves. */
  readonly edits: number;
  /** Those of them that an earlier run had made too: the same abstract pattern. */
  readonly repeatedByHand: number;
  /** Those of the repeats that an asset of the index would have made. */
  readonly avoidable: number;
  /** Edits that assets made: applied by themselves, or as part of a goal. */
  readonly byAsset: number;
  /** Repeats as they would be without the library: by hand and by assets. */
  readonly without: number;
  /** Repeats as they are with it: by hand. */
  readonly with: number;
  /** `with` / `without`: 0.5 or less is the aim. Null where nothing repeats. */
  readonly ratio: number | null;
  /** Whether there are enough repeats for the ratio to say something. */
  readonly isEnough: boolean;
}

export interface StatsPeriod extends StatsCounts {
  /** Its first day, UTC. */
  readonly start: string;
}

export interface Stats {
  readonly period: PeriodLength;
  /** The oldest first; periods in which nothing happened are left out. */
  readonly periods: readonly StatsPeriod[];
  readonly total: StatsCounts;
  /** What repeats, the most frequent first. */
  readonly patterns: readonly {
    readonly title: string;
    readonly candidate: string | null;
    readonly edits: number;
    readonly repeated: number;
    readonly runs: number;
  }[];
  readonly skipped: readonly Skipped[];
  /** What to keep in mind when reading the numbers. */
  readonly notes: readonly string[];
}

/** Fewer repeats than this can halve by chance. */
const ENOUGH = 20;

/**
 * Counts how often runs repeat what earlier runs did, and how often assets did it instead. The first run that makes an edit repeats
 * nothing; what was rolled back counts for nobody.
 *
 * Throws `UnknownRunError`, `RunPlaceUnsafeError`, and the signal's reason.
 */
export async function stats({
  repositoryRoot,
  runs = 'all',
  period = 'month',
  index = [],
  signal,
}: StatsOptions): Promise<Stats> {
  const { reader, origins, programs, byAsset, mixed, skipped } = await readOrigins({ repositoryRoot, runs, signal });
  const { repeats } = propose(reader, programs, [], { minOccurrences: 2, minOrigins: 2 });
  const { applications, unread } = await readAssetEdits(repositoryRoot);
  const times = new Map(origins.map(({ id, at }) => [id, at ?? new Date(0)]));
  const tallies = new Map<string, Tally>();
  const tally = (at: Date): Tally => {
    const start = periodOf(at, period);
    let found = tallies.get(start);
    if (found === undefined)
      tallies.set(start, (found = { runs: 0, edits: 0, repeatedByHand: 0, avoidable: 0, byAsset: 0 }));
    return found;
  };
  for (const { at } of origins) tally(at ?? new Date(0)).runs++;
  for (const { file, changes } of programs)
    tally(file.origin.at ?? new Date(0)).edits += unitsAt(0, changes, changes, reader.remake).length;
  for (const { file, changes } of byAsset)
    tally(file.origin.at ?? new Date(0)).byAsset += Math.max(1, unitsAt(0, changes, changes, reader.remake).length);
  const known = new Set(index.map(({ id }) => id));
  const patterns = repeats.map((repeat) => countRepeat(repeat, times, known, tally));
  for (const { at, edits } of applications) tally(at).byAsset += edits;
  const periods = [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([start, counts]) => ({ start, ...countsOf(counts) }));
  const total = countsOf(
    periods.reduce<Tally>(addTallies, { runs: 0, edits: 0, repeatedByHand: 0, avoidable: 0, byAsset: 0 }),
  );
  return {
    period,
    periods,
    total,
    patterns: patterns.sort((a, b) => b.repeated - a.repeated || (a.title < b.title ? -1 : 1)),
    skipped,
    notes: notesOn(total, { isBaseline: applications.length + byAsset.length === 0, mixed, unread }),
  };
}

type Tally = { -readonly [Name in 'runs' | 'edits' | 'repeatedByHand' | 'avoidable' | 'byAsset']: number };

function countRepeat(
  { occurrences, candidate, title }: Repeat,
  times: ReadonlyMap<string, Date>,
  known: ReadonlySet<string>,
  tally: (at: Date) => Tally,
) {
  const ids = [...new Set(occurrences.map(({ file }) => file.file.origin.id))].sort(
    (a, b) => timeOf(times, a) - timeOf(times, b) || (a < b ? -1 : 1),
  );
  const [first] = ids;
  let repeated = 0;
  for (const { file } of occurrences) {
    const { id, at } = file.file.origin;
    if (id === first) continue;
    repeated++;
    const counts = tally(at ?? new Date(0));
    counts.repeatedByHand++;
    if (candidate !== undefined && known.has(candidate)) counts.avoidable++;
  }
  return { title, candidate: candidate ?? null, edits: occurrences.length, repeated, runs: ids.length };
}

const timeOf = (times: ReadonlyMap<string, Date>, id: string): number => times.get(id)?.getTime() ?? 0;

const addTallies = (a: Tally, b: Tally): Tally => ({
  runs: a.runs + b.runs,
  edits: a.edits + b.edits,
  repeatedByHand: a.repeatedByHand + b.repeatedByHand,
  avoidable: a.avoidable + b.avoidable,
  byAsset: a.byAsset + b.byAsset,
});

function countsOf({ runs, edits, repeatedByHand, avoidable, byAsset }: Tally): StatsCounts {
  const without = repeatedByHand + byAsset;
  const ratio = without === 0 ? null : repeatedByHand / without;
  return {
    runs,
    edits,
    repeatedByHand,
    avoidable,
    byAsset,
    without,
    with: repeatedByHand,
    ratio,
    isEnough: without >= ENOUGH,
  };
}

interface Notable {
  /** Whether no asset has done anything yet. */
  readonly isBaseline: boolean;
  readonly mixed: number;
  readonly unread: readonly string[];
}

function notesOn(total: StatsCounts, { isBaseline, mixed, unread }: Notable): string[] {
  const notes: string[] = [];
  if (total.without === 0) notes.push('Nothing repeats yet, so there is nothing to halve.');
  else if (!total.isEnough)
    notes.push(`There are ${total.without} repeats in all; below ${ENOUGH} the ratio can be chance.`);
  if (isBaseline) notes.push('No asset was applied yet: this is the baseline.');
  if (mixed > 0)
    notes.push(
      mixed === 1
        ? '1 file was changed by an asset and by hand in the same run, and counts as by hand.'
        : `${mixed} files were changed by an asset and by hand in the same run, and count as by hand.`,
    );
  notes.push(
    'What an asset did counts as an edit that would have been made by hand, which is true only if somebody had made it.',
  );
  if (unread.length > 0)
    notes.push(`${unread.length} applications cannot be read and are not counted: ${unread.slice(0, 3).join(' ')}`);
  return notes;
}
