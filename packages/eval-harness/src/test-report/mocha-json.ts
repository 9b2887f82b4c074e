import { z } from 'zod';
import { TestReportError } from './errors.js';
import { findJson } from './find-json.js';
import type { TestCase } from './test-case.js';

const named = z.object({ fullTitle: z.string() });

const schema = z.object({
  stats: z.object({ tests: z.number() }),
  tests: z.array(named),
  failures: z.array(named),
  pending: z.array(named),
  passes: z.array(named),
});

/** Reads what mocha's reporter `json` prints; a hook that fails is among the failures and not among the tests. */
export function parseMochaJson(text: string): TestCase[] {
  const report = findJson(text, schema);
  if (!report) throw new TestReportError('mocha-json', text.slice(-500));
  const cases = (tests: readonly { readonly fullTitle: string }[], outcome: TestCase['outcome']): TestCase[] =>
    tests.map(({ fullTitle }) => ({ name: fullTitle, outcome }));
  return [...cases(report.passes, 'passed'), ...cases(report.failures, 'failed'), ...cases(report.pending, 'skipped')];
}
