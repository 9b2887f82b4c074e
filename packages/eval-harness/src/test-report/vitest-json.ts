import path from 'node:path';
import { z } from 'zod';
import { TestReportError } from './errors.js';
import { findJson } from './find-json.js';
import type { TestCase } from './test-case.js';

const schema = z.object({
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Reads what the reporter `json` of Vitest and Jest prints; a file that cannot even be loaded counts as one failed test. */
export function parseVitestJson(text: string, cwd: string): TestCase[] {
  const report = findJson(text, schema);
  if (!report) throw new TestReportError('vitest-json', text.slice(-500));
  return report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = path.isAbsolute(name) ? path.relative(cwd, name).split(path.sep).join('/') : name;
    if (assertionResults.length === 0 && status === 'failed')
      return [{ name: `${file} > (the file)`, outcome: 'failed' } satisfies TestCase];
    return assertionResults.map((test): TestCase => ({
      name: `${file} > ${test.fullName}`,
      outcome: test.status === 'passed' ? 'passed' : test.status === 'failed' ? 'failed' : 'skipped',
    }));
  });
}
