import { z } from 'zod';
import { TestReportError } from './errors.js';
import { findJson } from './find-json.js';
import type { TestCase } from './test-case.js';

const schema = z.object({
  tests: z.record(z.string(), z.array(z.object({ title: z.string(), err: z.union([z.literal(false), z.string()]) }))),
});

/** Reads what lab's reporter `json` prints: tests by the path of their experiments. It does not tell skipped tests from passed ones. */
export function parseLabJson(text: string): TestCase[] {
  const report = findJson(text, schema);
  if (!report) throw new TestReportError('lab-json', text.slice(-500));
  return Object.entries(report.tests).flatMap(([path, tests]) =>
    tests.map(({ title, err }): TestCase => ({
      name: `${path} > ${title}`,
      outcome: err === false ? 'passed' : 'failed',
    })),
  );
}
