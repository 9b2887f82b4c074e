import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import {
  compareEvaluations,
  compareGoalEvaluations,
  type Evaluation,
  type GoalDifference,
  type GoalEvaluation,
  type PairDifference,
  readEvaluation,
  readGoalEvaluation,
} from '@codex-orch/eval-harness';
import {
  evaluationKind,
  type EvaluationKind,
  EvaluationKindsDifferError,
  EvaluationOfGoalsError,
  EvaluationUnfinishedError,
  findEvaluation,
  type FoundEvaluation,
} from '../compose/evaluation/find-evaluation.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { evaluationsOf } from './eval-place.js';
import { folderOf } from './guard-change.js';

export const compare = command(async (context, flags: CommonFlags, before: string, after: string): Promise<number> => {
  const { first, second } = await bothAt(context, flags, before, after);
  if (isOfGoals(first) !== isOfGoals(second)) throw new EvaluationKindsDifferError(first.id, second.id);
  return isOfGoals(first)
    ? tell(context, flags, compareGoalEvaluations(await goalsIn(first), await goalsIn(second)), goalLinesOf)
    : tell(context, flags, compareEvaluations(await evaluationIn(first), await evaluationIn(second)), linesOf);
});

/** Where one of them is the latest, it is the latest of the kind of the other. */
async function bothAt(
  context: CliContext,
  flags: CommonFlags,
  before: string,
  after: string,
): Promise<{ readonly first: Found; readonly second: Found }> {
  const isLast = before === 'latest';
  const named = await foundAt(context, flags, isLast ? after : before);
  const other = await foundAt(context, flags, isLast ? before : after, [isOfGoals(named) ? 'goals' : 'assets']);
  return isLast ? { first: other, second: named } : { first: named, second: other };
}

interface Compared<T> {
  readonly regressions: readonly T[];
  readonly improvements: readonly T[];
  readonly others: readonly T[];
}

function tell<T>(
  context: CliContext,
  flags: CommonFlags,
  comparison: Compared<T>,
  lines: (word: string, differences: readonly T[]) => readonly string[],
): number {
  const { regressions, improvements, others } = comparison;
  if (flags.json) printJson(context, comparison);
  else {
    const said = [
      ...lines('worse', regressions),
      ...lines('better', improvements),
      ...lines('other', others),
      `${counted(regressions.length, 'regression')}, ${counted(improvements.length, 'improvement')}, ${counted(others.length, 'other difference')}.`,
    ];
    context.process.stdout.write(`${said.join('\n')}\n`);
  }
  return regressions.length === 0 ? exitCode.done : exitCode.failed;
}

const goalLinesOf = (word: string, differences: readonly GoalDifference[]): readonly string[] =>
  differences.map(
    ({ variant, what }) => `${word.padEnd(6)} ${visibleLine(variant === undefined ? what : `${variant}: ${what}`)}`,
  );

/** A line about each difference, but one for all pairs of a target that came, went or were lost. */
function linesOf(word: string, differences: readonly PairDifference[]): readonly string[] {
  const alike = (one: PairDifference) => (other: PairDifference) =>
    other.whole !== undefined && other.whole === one.whole && other.target === one.target;
  return differences.flatMap((one, index) => {
    const { length } = differences.filter(alike(one));
    const said =
      one.whole && length > 1
        ? `${one.target ?? 'templates'}: ${length} ${one.target === undefined ? 'of them' : 'pairs'} ${ofMany[one.whole]}`
        : `${one.asset}${one.target === undefined ? '' : ` on ${one.target}`}: ${one.what}`;
    return differences.findIndex(alike(one)) < index && length > 1 ? [] : [`${word.padEnd(6)} ${visibleLine(said)}`];
  });
}

const ofMany: Readonly<Record<NonNullable<PairDifference['whole']>, string>> = {
  new: 'are new',
  gone: 'are no longer there',
  unusable: 'could not be evaluated, as the target cannot be used',
};

/** The evaluation of assets of this name, see {@link foundAt}. */
export const evaluationAt = async (context: CliContext, flags: CommonFlags, name: string): Promise<Evaluation> =>
  evaluationIn(await foundAt(context, flags, name, ['assets']));

/** An evaluation, or the file of one. */
interface Found extends FoundEvaluation {
  readonly file?: string | undefined;
}

/** What ends in .json or has a folder in it is a file or a folder; anything else the id of an evaluation of the repository. */
async function foundAt(
  context: CliContext,
  flags: CommonFlags,
  name: string,
  wanted: readonly EvaluationKind[] = ['assets', 'goals'],
): Promise<Found> {
  if (!/\.json$|[/\\]/.test(name)) {
    const { root } = await openRepository(folderOf(context, flags));
    return findEvaluation(evaluationsOf(root), name, wanted);
  }
  const place = path.resolve(context.process.cwd(), name);
  const isFolder = existsSync(place) && statSync(place).isDirectory();
  const dir = isFolder ? place : path.dirname(place);
  if (!isFolder && path.basename(place) === 'goals.json') return { id: name, dir, kind: 'goals', file: place };
  const kind = isFolder ? evaluationKind(dir) : undefined;
  return kind === undefined ? { id: name, dir, kind: 'assets', file: place } : { id: name, dir, kind };
}

const isOfGoals = ({ kind }: Found): boolean => kind === 'goals' || kind === 'unfinished-goals';

function evaluationIn({ id, dir, kind, file }: Found): Promise<Evaluation> {
  if (kind === 'goals' || kind === 'unfinished-goals') throw new EvaluationOfGoalsError(id, dir);
  if (kind === 'unfinished') throw new EvaluationUnfinishedError(id);
  return readEvaluation(file ?? path.join(dir, 'evaluation.json'));
}

function goalsIn({ id, dir, kind, file }: Found): Promise<GoalEvaluation> {
  if (kind === 'unfinished-goals') throw new EvaluationUnfinishedError(id);
  return readGoalEvaluation(file ?? path.join(dir, 'goals.json'));
}
