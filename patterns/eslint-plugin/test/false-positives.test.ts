import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { rules } from '../src/index.js';

interface Judged {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly verdict: 'true' | 'false';
  readonly why: string;
}

interface Judgements {
  readonly totals: Readonly<Record<string, number>>;
  readonly sample: readonly Judged[];
}

const read = (name: string): Promise<string> => readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8');

it('states for every rule the rate that the recorded judgements give', async () => {
  const { totals, sample } = JSON.parse(await read('false-positives.json')) as Judgements;
  const document = await read('false-positives.md');
  expect(Object.keys(totals).sort()).toEqual(Object.keys(rules).sort());
  for (const [rule, total] of Object.entries(totals)) {
    const judged = sample.filter((report) => report.rule === rule);
    const wrong = judged.filter(({ verdict }) => verdict === 'false').length;
    const rate = judged.length === 0 ? 0 : Math.round((100 * wrong) / judged.length);
    expect(document).toContain(`| ${rule} | ${total} | ${judged.length} | ${wrong} | ${rate} % |`);
  }
  for (const { file, line, rule, verdict, why } of sample) {
    expect(document).toContain(`| ${file}:${line} | ${rule} | ${verdict} | ${why} |`);
  }
});
