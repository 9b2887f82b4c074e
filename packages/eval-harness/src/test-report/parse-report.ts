import type { Reporter } from '../target/target.js';
import { parseLabJson } from './lab-json.js';
import { parseLines } from './lines.js';
import { parseMochaJson } from './mocha-json.js';
import { parseTap } from './tap.js';
import type { TestCase } from './test-case.js';
import { parseVitestJson } from './vitest-json.js';
import { parseVowsJson } from './vows-json.js';

/**
 * The tests that a report tells of.
 *
 * @param cwd where the tests ran: names of files in a report are made relative to it
 * Throws `TestReportError` where the text is no such report.
 */
export function parseReport(reporter: Reporter, text: string, cwd: string): TestCase[] {
  switch (reporter.kind) {
    case 'tap':
      return parseTap(text);
    case 'mocha-json':
      return parseMochaJson(text);
    case 'lab-json':
      return parseLabJson(text);
    case 'vows-json':
      return parseVowsJson(text);
    case 'vitest-json':
      return parseVitestJson(text, cwd);
    case 'lines':
      return parseLines(text, new RegExp(reporter.passed), new RegExp(reporter.failed));
  }
}
