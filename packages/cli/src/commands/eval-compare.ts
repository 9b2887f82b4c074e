import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import { compareEvaluations, type Evaluation, type PairDifference, readEvaluation } from '@codex-orch/eval-harness';
import {
  evaluationKind,
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
  const comparison = compareEvaluations(
    await evaluationAt(context, flags, before),
    await evaluationAt(context, flags, after),
  );
  const { regressions, improvements, others } = comparison;
  if (flags.json) printJson(context, comparison);
  else {
    const lines = [
      ...linesOf('worse', regressions),
      ...linesOf('better', improvements),
      ...linesOf('other', others),
      `${counted(regressions.length, 'regression')}, ${counted(improvements.length, 'improvement')}, ${counted(others.length, 'other difference')}.`,
    ];
    context.process.stdout.write(`${lines.join('\n')}\n`);
  }
  return regressions.length === 0 ? exitCode.done : exitCode.failed;
});

/** A line about each difference, but one for all pairs of a target that came, went or were lost. */
function linesOf(word: string, differences: readonly PairDifference[]): readonly string[] {
  const alike = (one: PairDifference) => (other: PairDifference) =>
    other.whole !== undefined && other.whole === one.whole && other.target === one.target;
  return differences.flatMap((one, index) => {
    const { length } = differences.filter(alike(one));
    const said =
      one.whole && length > 1
        ? `${one.target}: ${length} pairs ${ofMany[one.whole]}`
        : `${one.asset} on ${one.target}: ${one.what}`;
    return differences.findIndex(alike(one)) < index && length > 1 ? [] : [`${word.padEnd(6)} ${visibleLine(said)}`];
  });
}

const ofMany: Readonly<Record<NonNullable<PairDifference['whole']>, string>> = {
  new: 'are new',
  gone: 'are no longer there',
  unusable: 'could not be evaluated, as the target cannot be used',
};

/** What ends in .json or has a folder in it is a file or a folder; anything else the id of an evaluation of the repository. */
export async function evaluationAt(context: CliContext, flags: CommonFlags, name: string): Promise<Evaluation> {
  if (!/\.json$|[/\\]/.test(name)) {
    const { root } = await openRepository(folderOf(context, flags));
    return evaluationIn(await findEvaluation(evaluationsOf(root), name, ['assets']));
  }
  const place = path.resolve(context.process.cwd(), name);
  const isFolder = existsSync(place) && statSync(place).isDirectory();
  const dir = isFolder ? place : path.dirname(place);
  const kind = isFolder || path.basename(place) === 'goals.json' ? evaluationKind(dir) : undefined;
  return kind === undefined ? readEvaluation(place) : evaluationIn({ id: name, dir, kind });
}

function evaluationIn({ id, dir, kind }: FoundEvaluation): Promise<Evaluation> {
  if (kind === 'goals' || kind === 'unfinished-goals') throw new EvaluationOfGoalsError(id, dir);
  if (kind === 'unfinished') throw new EvaluationUnfinishedError(id);
  return readEvaluation(path.join(dir, 'evaluation.json'));
}
