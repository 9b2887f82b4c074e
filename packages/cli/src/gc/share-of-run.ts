import { isThere } from '../compose/presence.js';
import type { GarbageOptions } from './collect-garbage.js';
import type { JudgedRun, Verdict } from './judge-run.js';
import type { StateEntry } from './state-entries.js';

/** A run, and what it left outside of its directory. */
export interface LeftByRun extends Pick<JudgedRun, 'dir' | 'repository'> {
  readonly entries: readonly StateEntry[];
  /** Whether it belongs to a queue, whose other workers may have it by now. */
  readonly isOfQueue: boolean;
}

/** What of a run goes. */
export interface Share {
  readonly entries: readonly StateEntry[];
  readonly directory: boolean;
  /** Whether it could have been gone on with, and its directory stays to tell of it. */
  readonly isGivenUp?: boolean;
  /** Why not more goes. */
  readonly why?: string;
}

/** What of a run goes by its verdict. */
export function share(run: LeftByRun, verdict: Verdict, { runsOf }: Pick<GarbageOptions, 'runsOf'>): Share {
  // A half-made work tree is of no use to anybody: whoever goes on with the run makes it anew.
  const halfMade = run.entries.filter(({ kind }) => kind === 'partial-workspace');
  if (verdict === 'orphan') return { entries: run.entries, directory: false };
  const directory = runsOf === run.repository;
  const unnoted = run.entries.filter(({ kind }) => kind !== 'note');
  // As long as its directory is there, the note says that it was made here.
  if (verdict === 'removable' || verdict === 'given-up')
    return directory || run.isOfQueue
      ? { entries: run.entries, directory }
      : { entries: unnoted, directory, isGivenUp: verdict === 'given-up' };
  if ('keep' in verdict) return { entries: halfMade, directory: false, why: verdict.keep };
  return { entries: unnoted, directory: false, ...(directory ? { why: verdict.keepDirectory } : {}) };
}

/** Whether nothing is left of a run but its directory, which is not asked for, and the note that goes with it. */
export const isAllThatStays = async (
  { entries, isOfQueue, repository, dir }: LeftByRun,
  { runsOf }: Pick<GarbageOptions, 'runsOf'>,
): Promise<boolean> =>
  entries.every(({ kind }) => kind === 'note') && !isOfQueue && runsOf !== repository && (await isThere(dir));
