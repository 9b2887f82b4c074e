import type { CheckFinding } from './code-check.js';

export interface FindingComparison {
  /** Reported after, and not before. */
  readonly added: readonly CheckFinding[];
  /** How many were reported before, and are not any more. */
  readonly gone: number;
}

/**
 * Compares findings one by one, by file, code and message: their lines move with what stands above them. Of several that are the same in
 * all of these, so many are new as there are more of them.
 */
export function compareFindings(before: readonly CheckFinding[], after: readonly CheckFinding[]): FindingComparison {
  const open = new Map<string, number>();
  for (const finding of before) open.set(nameOf(finding), (open.get(nameOf(finding)) ?? 0) + 1);
  // From the end: what an asset adds at the top of a file is more likely to be new than what was there.
  const added = after.toReversed().filter((finding) => {
    const left = open.get(nameOf(finding)) ?? 0;
    open.set(nameOf(finding), left - 1);
    return left <= 0;
  });
  const gone = [...open.values()].reduce((sum, left) => sum + Math.max(left, 0), 0);
  return { added: added.reverse(), gone };
}

const nameOf = ({ path, code, message }: CheckFinding): string => [path, code, message].join('\0');
