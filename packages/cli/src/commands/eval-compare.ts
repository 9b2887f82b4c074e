import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import {
  type Compared,
  type ComparedAssets,
  type ComparedGoals,
  compareEvaluations,
  compareGoalEvaluations,
  type Evaluation,
  type GoalDifference,
  type GoalEvaluation,
  type PairDifference,
  readEvaluation,
  readGoalEvaluation,
  evaluationBegunIn,
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
    ? tell(
        context,
        flags,
        compareGoalEvaluations(await goalsIn(first), await goalsIn(second)),
        goalsCompared,
        goalLinesOf,
      )
    : tell(
        context,
        flags,
        compareEvaluations(await evaluationIn(first), await evaluationIn(second)),
        assetsCompared,
        linesOf,
      );
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

interface Comparison<T, C> {
  readonly compared: { readonly before: C; readonly after: C };
  readonly regressions: readonly T[];
  readonly improvements: readonly T[];
  readonly others: readonly T[];
}

function tell<T, C>(
  context: CliContext,
  flags: CommonFlags,
  comparison: Comparison<T, C>,
  named: (one: C) => readonly string[],
  lines: (word: string, differences: readonly T[]) => readonly string[],
): number {
  const { regressions, improvements, others } = comparison;
  if (flags.json) printJson(context, comparison);
  else {
    const { before, after } = comparison.compared;
    const heads = (word: string, one: C): string[] =>
      named(one).map((line, index) => `${(index === 0 ? word : '').padEnd(6)} ${visibleLine(line)}`);
    const said = [
      ...heads('before', before),
      ...heads('after', after),
      ...lines('worse', regressions),
      ...lines('better', improvements),
      ...lines('other', others),
      `${counted(regressions.length, 'regression')}, ${counted(improvements.length, 'improvement')}, ${counted(others.length, 'other difference')}.`,
    ];
    context.process.stdout.write(`${said.join('\n')}\n`);
  }
  return regressions.length === 0 ? exitCode.done : exitCode.failed;
}

const headOf = ({ id, scenario, startedAt, node }: Compared): string =>
  `${id}${scenario === null ? '' : `, ${scenario}`}, begun ${startedAt.slice(0, 16).replace('T', ' ')} UTC on Node ${node}`;

const targetsOf = ({ targets }: Compared): string =>
  Object.entries(targets)
    .map(([name, version]) => `${name}@${version}`)
    .join(', ') || 'no target';

const assetsCompared = (one: ComparedAssets): readonly string[] => [
  `${headOf(one)}: ${one.passed} of ${counted(one.pairs, 'pair')} passed, ${counted(Object.keys(one.assets).length, 'asset')} on ${targetsOf(one)}`,
];

const goalsCompared = (one: ComparedGoals): readonly string[] => [
  `${headOf(one)}, on ${targetsOf(one)}`,
  ...one.variants.map(({ variant, model, modelNames, drivers, attempts, passed }) =>
    [
      `  ${variant}: ${passed} of ${counted(attempts, 'attempt')} passed, answered by ${model}`,
      ...(modelNames.length === 0 ? [] : [`asked for ${modelNames.join(', ')}`]),
      ...(drivers.length === 0 ? [] : [`Codex ${drivers.join(', ')}`]),
    ].join('; '),
  ),
];

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
  const kind = isFolder ? await evaluationKind(dir) : undefined;
  return kind === undefined ? { id: name, dir, kind: 'assets', file: place } : { id: name, dir, kind };
}

const isOfGoals = ({ kind }: Found): boolean => kind === 'goals' || kind === 'unfinished-goals';

async function evaluationIn({ id, dir, kind, file }: Found): Promise<Evaluation> {
  if (kind === 'goals' || kind === 'unfinished-goals') throw new EvaluationOfGoalsError(id, dir);
  if (kind.startsWith('unfinished')) throw await unfinished(id, dir);
  return readEvaluation(file ?? path.join(dir, 'evaluation.json'));
}

const unfinished = async (id: string, dir: string): Promise<EvaluationUnfinishedError> =>
  new EvaluationUnfinishedError(id, (await evaluationBegunIn(dir))?.resume ?? []);

async function goalsIn({ id, dir, kind, file }: Found): Promise<GoalEvaluation> {
  if (kind === 'unfinished-goals') throw await unfinished(id, dir);
  return readGoalEvaluation(file ?? path.join(dir, 'goals.json'));
}
