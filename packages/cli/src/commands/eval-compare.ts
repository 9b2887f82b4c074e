import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import { compareEvaluations, type Evaluation, type PairDifference, readEvaluation } from '@codex-orch/eval-harness';
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
      ...regressions.map(lineOf('worse')),
      ...improvements.map(lineOf('better')),
      ...others.map(lineOf('other')),
      `${counted(regressions.length, 'regression')}, ${counted(improvements.length, 'improvement')}, ${counted(others.length, 'other difference')}.`,
    ];
    context.process.stdout.write(`${lines.join('\n')}\n`);
  }
  return regressions.length === 0 ? exitCode.done : exitCode.failed;
});

const lineOf =
  (word: string) =>
  ({ asset, target, what }: PairDifference): string =>
    `${word.padEnd(6)} ${asset} on ${target}: ${visibleLine(what)}`;

/** What ends in .json or has a folder in it is a file; anything else the id of an evaluation of the repository. */
export async function evaluationAt(context: CliContext, flags: CommonFlags, name: string): Promise<Evaluation> {
  if (/\.json$|[/\\]/.test(name)) return readEvaluation(path.resolve(context.process.cwd(), name));
  const { root } = await openRepository(folderOf(context, flags));
  return readEvaluation(path.join(evaluationsOf(root), name, 'evaluation.json'));
}
