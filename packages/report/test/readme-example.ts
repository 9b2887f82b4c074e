import { readRun, RunLayout, verifyRun } from '@codex-orch/core';
import { renderRunReport } from '../src/index.js';

/** A page about the newest run of a repository. */
export async function newestRun(repository: string): Promise<string> {
  const location = (await new RunLayout(repository).locations()).at(-1);
  const run = location && (await readRun(location));
  if (!run) throw new Error(`${repository} has no run that recorded anything`);
  const problems = (await verifyRun(run)).map(({ message }) => message);
  return renderRunReport({ ...run, tests: run.state.tests, problems, source: 'Made by my own tool.' });
}
