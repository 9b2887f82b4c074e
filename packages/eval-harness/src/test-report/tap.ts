import { TestReportError } from './errors.js';
import type { TestCase } from './test-case.js';

const point = /^( *)(not )?ok\b(?: +\d+)?(?: +-)?(?: +(.*?))?\s*$/;
const directive = /(?:^|[^\\])#\s*(skip|todo)\b.*$/i;

/**
 * Reads the Test Anything Protocol, versions 12 to 14. A test is named after the subtests around it; where there are none, as tape
 * prints it, after the comment before it. A subtest's own result counts too.
 */
export function parseTap(text: string): TestCase[] {
  const cases: TestCase[] = [];
  let comment = '';
  /** The subtests around the present line, by their depth. */
  let around: string[] = [];
  let isTap = false;
  /** The end of the YAML block that explains the point before. */
  let endOfBlock: string | undefined;
  for (const line of text.split('\n')) {
    if (endOfBlock !== undefined) {
      if (line.trimEnd() === endOfBlock) endOfBlock = undefined;
      continue;
    }
    const [, block] = /^( +)---\s*$/.exec(line) ?? [];
    if (block !== undefined) {
      endOfBlock = `${block}...`;
      continue;
    }
    const [, indent, subtest] = /^( *)# Subtest: (.*?)\s*$/.exec(line) ?? [];
    if (indent !== undefined && subtest !== undefined) {
      around = [...around.slice(0, depthOf(indent)), subtest];
      continue;
    }
    const [, remark] = /^# (.*?)\s*$/.exec(line) ?? [];
    if (remark !== undefined) comment = remark;
    if (/^ *\d+\.\.\d+/.test(line) || /^TAP version \d+/.test(line)) isTap = true;
    const match = point.exec(line);
    if (!match) continue;
    isTap = true;
    const [, spaces = '', not, description = ''] = match;
    const skipped = directive.test(description);
    const parents = around.length > 0 ? around.slice(0, depthOf(spaces)) : [comment];
    const name = [...parents, description.replace(directive, '').trim()].filter(Boolean).join(' > ');
    const outcome = skipped ? 'skipped' : not === undefined ? 'passed' : 'failed';
    cases.push({ name: name || '(without a name)', outcome });
  }
  if (!isTap) throw new TestReportError('tap', text.slice(-500));
  return cases;
}

/** TAP 14 indents the lines of a subtest by four spaces. */
const depthOf = (indent: string): number => Math.floor(indent.length / 4);
