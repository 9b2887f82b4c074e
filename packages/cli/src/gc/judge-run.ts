import path from 'node:path';
import {
  isTerminal,
  OrchError,
  ProcessLock,
  readRun,
  type RunLocation,
  type RunRecord,
  sha256File,
} from '@codex-orch/core';
import { hasArrived, isHeld, type Whereabouts } from '@codex-orch/core/integration';
import { mayBeFolder } from '../compose/presence.js';

/** How far what a run left can be removed, and why not further. */
export type Verdict =
  | { readonly keep: string }
  /** Its work tree and Codex home are not needed any more; its directory is, for the reason given. */
  | { readonly keepDirectory: string }
  | 'removable'
  /** The same, of a run that is not at its end: what going on with it needs goes, too. */
  | 'given-up'
  /** Nothing of the run but this is left. */
  | 'orphan';

export interface Limits {
  /** Runs that changed after this are kept; milliseconds since the epoch. */
  readonly before: number;
  /** Runs that must be kept for their number. */
  readonly newest: ReadonlySet<string>;
  /** An interrupted run can be resumed, and a missing repository may come back, until this old; milliseconds since the epoch. */
  readonly resumableSince: number;
}

/** A run, and when what it left outside of its directory was last changed. */
export interface JudgedRun extends RunLocation {
  readonly repository: string;
  readonly modifiedMs: number;
}

/** Judges a run by its events, its lock, its diff and where that arrived. A run that is in disorder is kept. */
export async function judgeRun(
  location: JudgedRun,
  limits: Limits,
  whereabouts: (run: RunRecord) => Promise<Whereabouts | undefined>,
): Promise<Verdict> {
  const { repository } = location;
  if (!(await mayBeFolder(location.dir))) {
    // A repository on a disk that is not mounted looks like one that was deleted.
    const isOld = location.modifiedMs <= limits.resumableSince && !limits.newest.has(location.runId);
    return isOld || (await mayBeFolder(repository)) ? 'orphan' : { keep: `its repository ${repository} is not there` };
  }
  let run: RunRecord | undefined;
  try {
    const holder = await ProcessLock.holder(path.join(location.dir, 'lock'));
    if (holder) return { keep: `process ${holder.pid} on ${holder.host} works on it` };
    run = await readRun(location);
  } catch (error) {
    if (error instanceof OrchError) return { keep: `it is damaged: ${error.message}` };
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { keep: `it cannot be looked at: ${message}` };
  }
  if (limits.newest.has(location.runId)) return { keep: 'it is one of the newest' };
  if (!run) return 'given-up';
  const changed = Date.parse(run.manifest.updatedAt);
  if (changed > limits.before) return { keep: 'it is not old enough' };
  const { phase, approvals, diff } = run.state;
  if (phase === 'awaiting-approval') return { keep: 'it waits for an approval' };
  const isApproved = approvals.some(({ decision, by }) => decision === 'approved' && by.actor === 'human');
  if (!isTerminal(phase)) {
    if (isApproved) return { keep: 'its approved diff is not committed yet' };
    return changed > limits.resumableSince ? { keep: 'it can be resumed' } : 'given-up';
  }
  if (!isApproved) return 'removable';
  const where = await whereabouts(run);
  if (where && isHeld(where)) return 'removable';
  const why = whyNotHeld(where);
  const patch = await sha256File(path.join(location.dir, 'diff.patch')).catch(() => undefined);
  // The commit is in the workspace only; without the very same diff it would be lost with it.
  return patch?.sha256 === diff?.sha256 ? { keepDirectory: why } : { keep: `${why}, and diff.patch is not that diff` };
}

/** What keeps the diff of a run from being removed. */
function whyNotHeld(where: Whereabouts | undefined): string {
  if (where === undefined || !('into' in where)) return 'its approved diff is not applied yet';
  const into = where.into.replace(/^refs\/(?:heads|remotes)\//, '');
  return hasArrived(where)
    ? `${into} has the same, but no branch here has a commit of it`
    : `its approved diff is on ${into}, which is not merged yet`;
}
