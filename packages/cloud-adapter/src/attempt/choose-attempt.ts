import type { CloudAttempt } from '../task/record.js';

/** An attempt that nobody has compared with others yet. */
export type JudgedAttempt = Omit<CloudAttempt, 'lost'>;

export interface Choice {
  /** The number of the attempt to take; null when none can be. */
  readonly chosen: number | null;
  /** All attempts, in the order they were given, each with why it was not taken. */
  readonly attempts: readonly CloudAttempt[];
}

const testRanks = ['passed', 'not-run', 'failed'] as const;
const reviewRanks = ['accepted', 'not-run', 'revise', 'rejected'] as const;

interface Criterion {
  /** The lower, the better. */
  readonly rank: (attempt: JudgedAttempt) => number;
  readonly lost: (loser: JudgedAttempt, winner: JudgedAttempt) => string;
}

/** From the weightiest to the least. */
const criteria: readonly Criterion[] = [
  {
    rank: ({ tests }) => testRanks.indexOf(tests),
    lost: (loser, winner) => `its tests: ${loser.tests}; those of attempt ${winner.number}: ${winner.tests}`,
  },
  {
    rank: ({ review }) => reviewRanks.indexOf(review),
    lost: (loser, winner) => `its review: ${loser.review}; that of attempt ${winner.number}: ${winner.review}`,
  },
  {
    rank: ({ changedLines }) => changedLines,
    lost: (loser, winner) =>
      `it changes ${loser.changedLines} lines, attempt ${winner.number} only ${winner.changedLines}`,
  },
  {
    rank: ({ number }) => number,
    lost: (loser, winner) =>
      loser.diff?.sha256 === winner.diff?.sha256
        ? `it is the same diff as attempt ${winner.number}`
        : `it is as good as attempt ${winner.number}, which came first`,
  },
];

const compare = (one: JudgedAttempt, other: JudgedAttempt): number => {
  const decisive = criteria.find(({ rank }) => rank(one) !== rank(other));
  return decisive ? decisive.rank(one) - decisive.rank(other) : 0;
};

/** Why an attempt cannot be taken at all; undefined when it can. */
function flawOf({ diff, applies, problem }: JudgedAttempt): string | undefined {
  if (diff === null) return problem ?? 'it made no diff';
  return applies ? undefined : `it does not apply${problem === null ? '' : `: ${problem}`}`;
}

/** Those between which the tests do not decide: of what can be taken, what has the best tests. */
export function contendersOf(attempts: readonly JudgedAttempt[]): readonly JudgedAttempt[] {
  const usable = attempts.filter((attempt) => flawOf(attempt) === undefined);
  const best = Math.min(...usable.map(({ tests }) => testRanks.indexOf(tests)));
  return usable.filter(({ tests }) => testRanks.indexOf(tests) === best);
}

/**
 * Takes the best of several attempts: by their tests, then by their reviews, then the smaller change, then the earlier one.
 *
 * One whose tests fail is taken where there is no better one: the gates that come after it then send it back.
 */
export function chooseAttempt(attempts: readonly JudgedAttempt[]): Choice {
  const [winner] = attempts.filter((attempt) => flawOf(attempt) === undefined).sort(compare);
  const whyLost = (attempt: JudgedAttempt): string | null => {
    const flaw = flawOf(attempt);
    if (flaw !== undefined || !winner) return flaw ?? null;
    const decisive = criteria.find(({ rank }) => rank(attempt) !== rank(winner));
    return decisive?.lost(attempt, winner) ?? null;
  };
  return {
    chosen: winner?.number ?? null,
    attempts: attempts.map((attempt) => ({ ...attempt, lost: whyLost(attempt) })),
  };
}
