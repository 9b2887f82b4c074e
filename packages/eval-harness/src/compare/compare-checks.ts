import { counted } from '@codex-orch/core';
import { type CheckFinding, checkNames } from '../code-check/code-check.js';
import type { CheckComparison, PairResult } from '../scenario/pair-result.js';
import { addedBy } from '../scenario/thresholds.js';
import type { DifferenceKind } from './difference.js';

type Add = (kind: DifferenceKind, what: string) => void;

/** What the target's own lint and typecheck say of a pair, compared finding by finding where all findings are listed. */
export function checkDifferences(before: PairResult, after: PairResult, add: Add): void {
  for (const name of checkNames) {
    const [was, is] = [before[name], after[name]];
    if (was && !is) add('regression', `is not judged by a ${name} any more`);
    else if (!was && is) add('other', `is judged by a ${name} now`);
    else if (was && is) findingDifferences(name, was, is, add);
  }
}

function findingDifferences(name: string, was: CheckComparison, is: CheckComparison, add: Add): void {
  if (is.problem !== undefined && was.problem === undefined)
    add('regression', `its ${name} gives no report now: ${is.problem}`);
  if (was.problem !== undefined && is.problem === undefined) add('improvement', `its ${name} gives a report again`);
  if (is.problem !== undefined) return;
  const { more, fewer, first } = isWhole(was) && isWhole(is) ? byIdentity(was, is) : byNumber(was, is);
  const example = first && `, ${first.path}:${first.line} ${first.message} among them`;
  if (more > 0) add('regression', `its ${name} has ${counted(more, 'new finding')}${example ?? ''}`);
  if (fewer > 0) add('improvement', `its ${name} is rid of ${counted(fewer, 'finding')}`);
}

const isWhole = (check: CheckComparison): boolean => check.added.length === addedBy(check);

interface FindingCounts {
  readonly more: number;
  readonly fewer: number;
  readonly first?: CheckFinding | undefined;
}

function byNumber(was: CheckComparison, is: CheckComparison): FindingCounts {
  const more = addedBy(is) - addedBy(was);
  return { more: Math.max(0, more), fewer: Math.max(0, -more), first: is.added[0] };
}

/** By all but the line, which may move. */
function byIdentity(was: CheckComparison, is: CheckComparison): FindingCounts {
  const left = was.added.map(identityOf);
  const fresh = is.added.filter((finding) => {
    const at = left.indexOf(identityOf(finding));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { more: fresh.length, fewer: left.length, first: fresh[0] };
}

const identityOf = ({ path, code, message }: CheckFinding): string => `${path}\0${code}\0${message}`;
