import { stripVTControlCharacters } from 'node:util';
import { TestReportError } from './errors.js';
import type { TestCase } from './test-case.js';

/** Reads a report of one test a line, by expressions whose first group is the name. */
export function parseLines(text: string, passed: RegExp, failed: RegExp): TestCase[] {
  const cases = stripVTControlCharacters(text)
    .split('\n')
    .flatMap((line): TestCase[] => {
      const [outcome, match] = passed.test(line)
        ? (['passed', passed.exec(line)] as const)
        : (['failed', failed.exec(line)] as const);
      return match ? [{ name: match[1] ?? match[0], outcome }] : [];
    });
  if (cases.length === 0) throw new TestReportError('lines', text.slice(-500));
  return cases;
}
