import type { Outcomes } from './test-case.js';

/** Tests before and after a change, compared one by one. */
export interface OutcomeComparison {
  /** Passed before and after. */
  readonly kept: number;
  /** Passed before, quarantined ones left out. */
  readonly passedBefore: number;
  readonly newlyFailing: readonly string[];
  /** Passed before, and did not run, or were skipped, after. */
  readonly missing: readonly string[];
  readonly newlyPassing: readonly string[];
}

/** @param unstable ids that say nothing, as they change without a change of the code */
export function compareOutcomes(before: Outcomes, after: Outcomes, unstable: ReadonlySet<string>): OutcomeComparison {
  const newlyFailing: string[] = [];
  const missing: string[] = [];
  let passedBefore = 0;
  for (const [id, outcome] of before) {
    if (outcome !== 'passed' || unstable.has(id)) continue;
    passedBefore += 1;
    const now = after.get(id);
    if (now === 'failed') newlyFailing.push(id);
    else if (now !== 'passed') missing.push(id);
  }
  const newlyPassing = [...after]
    .filter(([id, outcome]) => outcome === 'passed' && before.get(id) !== 'passed' && !unstable.has(id))
    .map(([id]) => id);
  const kept = passedBefore - newlyFailing.length - missing.length;
  return { kept, passedBefore, newlyFailing, missing, newlyPassing };
}

/** The ids whose outcome is not the same in every run; one that is missing from a run is among them. */
export function unstableIds(runs: readonly Outcomes[]): Set<string> {
  const ids = new Set(runs.flatMap((run) => [...run.keys()]));
  return new Set([...ids].filter((id) => new Set(runs.map((run) => run.get(id))).size > 1));
}
