import { type PlacedProblem, problemsOf } from '@codex-orch/core';

/** What is wrong with a file, each with its place; or one sentence where it cannot be read at all. */
export type FileProblems = string | readonly Pick<PlacedProblem, 'line' | 'column' | 'message'>[];

/** A line about each, which an editor can follow. */
export const fileProblemLines = (file: string, problems: FileProblems): string =>
  typeof problems === 'string' ? `${file}: ${problems}` : problemsOf(file, problems);
