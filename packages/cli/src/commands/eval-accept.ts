import path from 'node:path';
import { makeFolder, openRepository, writeFileAtomic } from '@codex-orch/core';
import { acceptEvaluation, compareWithAccepted, formatBaseline, readBaseline } from '@codex-orch/eval-harness';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { type CommonFlags, command, printJson } from './command.js';
import { evaluationAt } from './eval-compare.js';
import { acceptedFileOf } from './eval-place.js';
import { regressionLines } from './eval-regressions.js';
import { folderOf } from './guard-change.js';

export const accept = command(async (context, flags: CommonFlags, name: string): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const evaluation = await evaluationAt(context, flags, name);
  const accepted = acceptEvaluation(evaluation);
  const file = acceptedFileOf(root, accepted.scenario);
  const before = await readBaseline(file);
  const worse = before ? compareWithAccepted(before, evaluation).regressions : [];
  await makeFolder(path.dirname(file));
  await writeFileAtomic(file, formatBaseline(accepted));
  const [targets, assets] = [accepted.targets, accepted.assets].map((each) => Object.keys(each).length);
  if (flags.json) printJson(context, { file, evaluation: evaluation.id, targets, assets, accepted: worse });
  else {
    const lines = [
      ...regressionLines(worse).map((line) => `accepted ${line}`),
      `${counted(assets ?? 0, 'asset')} on ${counted(targets ?? 0, 'target')} are accepted in ${path.relative(root, file)}. Commit it.`,
    ];
    context.process.stdout.write(`${lines.join('\n')}\n`);
  }
  return exitCode.done;
});
