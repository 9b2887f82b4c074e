import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '@codex-orch/core';
import {
  type AcceptedComparison,
  type CitedDocument,
  type CitedDocuments,
  compareWithAccepted,
  type Evaluation,
  htmlOf,
  junitOf,
  markdownOf,
  readBaseline,
  type Regression,
  regressionWords,
  sarifOf,
} from '@codex-orch/eval-harness';
import { visibleLine } from '../print/visible.js';
import { acceptedFileOf, targetsFileOf } from './eval-place.js';
import { repositoryIndex } from './patterns-index.js';

export interface ComparedEvaluation {
  readonly root: string;
  readonly scenario: string;
  readonly evaluation: Evaluation;
  /** Of the evaluation. */
  readonly folder: string;
  /** What was chosen of the scenario. */
  readonly targets?: readonly string[] | undefined;
  readonly assets?: readonly string[] | undefined;
  readonly reproduce: (target?: string, asset?: string) => readonly string[];
}

/**
 * Compares with what is accepted of the scenario, and leaves the comparison beside the evaluation and in its reports; undefined where
 * nothing is accepted.
 *
 * Throws `BaselineFileError`.
 */
export async function compareWithBaseline(compared: ComparedEvaluation): Promise<AcceptedComparison | undefined> {
  const { root, scenario, evaluation, folder, targets, assets, reproduce } = compared;
  const accepted = await readBaseline(acceptedFileOf(root, scenario));
  if (!accepted) return undefined;
  const comparison = compareWithAccepted(accepted, evaluation, { targets, assets, reproduce });
  await writeFileAtomic(path.join(folder, 'comparison.json'), `${JSON.stringify(comparison, undefined, 2)}\n`);
  await writeFileAtomic(path.join(folder, 'summary.md'), markdownOf(evaluation, comparison));
  await writeFileAtomic(path.join(folder, 'report.html'), htmlOf(evaluation, comparison));
  await writeFileAtomic(path.join(folder, 'junit.xml'), junitOf(evaluation, comparison));
  const documents = await citedDocuments(root, scenario);
  const sarif = `${JSON.stringify(sarifOf(evaluation, comparison, documents), undefined, 2)}\n`;
  await writeFileAtomic(path.join(folder, 'evaluation.sarif'), sarif);
  return comparison;
}

/** In which lines of the repository's files results stand. */
export async function citedDocuments(root: string, scenario?: string): Promise<CitedDocuments> {
  const cited = async (file: string): Promise<CitedDocument | undefined> => {
    // What cannot be read loses no result.
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : { uri: path.relative(root, file).split(path.sep).join('/'), text };
  };
  return {
    index: await cited(path.join(root, repositoryIndex)),
    targets: await cited(targetsFileOf(root)),
    accepted: scenario === undefined ? undefined : await cited(acceptedFileOf(root, scenario)),
  };
}

/** A line about each, and one on how to see it again. */
export const regressionLines = (regressions: readonly Regression[]): readonly string[] =>
  regressions.flatMap((regression) => [
    visibleLine(regressionWords(regression)),
    ...(regression.reproduce.length === 0 ? [] : [`  reproduce: ${visibleLine(regression.reproduce.join(' '))}`]),
  ]);
