import { z } from 'zod';
import { TestReportError } from './errors.js';
import type { TestCase } from './test-case.js';

const vow = z.object({
  0: z.literal('vow'),
  1: z.object({ title: z.string(), context: z.string(), status: z.string() }),
});
const subject = z.object({ 0: z.literal('subject'), 1: z.string() });
const event = z.object({ 0: z.enum(['context', 'end', 'finish', 'error', 'subject', 'vow']) });

/** Reads what vows prints with `--json`: one event a line. */
export function parseVowsJson(text: string): TestCase[] {
  const cases: TestCase[] = [];
  let suite = '';
  let isVows = false;
  for (const line of text.split('\n')) {
    // What a test prints without an end of line stands before the event.
    const data = parse(line.slice(Math.max(0, line.indexOf('{"0":'))));
    isVows ||= event.safeParse(data).success;
    const newSubject = subject.safeParse(data);
    if (newSubject.success) suite = newSubject.data[1];
    const result = vow.safeParse(data);
    if (!result.success) continue;
    const { title, context, status } = result.data[1];
    cases.push({
      name: [suite, context, title].filter(Boolean).join(' > '),
      outcome: status === 'honored' ? 'passed' : status === 'pending' ? 'skipped' : 'failed',
    });
  }
  if (!isVows) throw new TestReportError('vows-json', text.slice(-500));
  return cases;
}

function parse(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
