import { readFile } from 'node:fs/promises';
import * as typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plugin, { rules } from '../src/index.js';

interface Judged {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly verdict: 'true' | 'false';
  readonly why: string;
  /** The code of the report, reduced to what the rule looks at. */
  readonly shape: string;
  /** A false report that the rule no longer makes. */
  readonly narrowed?: true;
}

interface Judgements {
  readonly files: number;
  readonly lines: number;
  readonly reports: readonly Judged[];
}

interface Record {
  readonly tuned: Judgements;
  readonly unseen: Judgements;
  readonly shapes: Readonly<{
    [name: string]: { readonly rule: string; readonly file?: string; readonly code: string };
  }>;
}

const read = (name: string): Promise<string> => readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8');

const record = JSON.parse(await read('false-positives.json')) as Record;
const judged = [...record.tuned.reports, ...record.unseen.reports];

it('states for every rule the rate that the recorded judgements give', async () => {
  const document = await read('false-positives.md');
  for (const rule of [...Object.keys(rules), 'all']) {
    const counts = [record.tuned, record.unseen].flatMap(({ reports }) => {
      const own = reports.filter((report) => rule === 'all' || report.rule === rule);
      const wrong = own.filter(({ verdict }) => verdict === 'false').length;
      const rate = own.length === 0 ? 0 : Math.round((100 * wrong) / own.length);
      return [own.length, wrong, `${rate} %`];
    });
    expect(document).toContain(`| ${[rule, ...counts].join(' | ')} |`);
  }
  for (const { files, lines } of [record.tuned, record.unseen])
    expect(document).toContain(`${files.toLocaleString('en')} files, ${lines.toLocaleString('en')} lines`);
});

it('judges each report once, and reduces it to the code of its rule', () => {
  const places = judged.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
  expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  for (const { shape, rule, file, line } of judged) expect(record.shapes[shape]?.rule, `${file}:${line}`).toBe(rule);
});

describe('the reduced code of the judged reports', () => {
  it.each(Object.entries(record.shapes))('%s', (name, { rule, file = 'src/sample.js', code }) => {
    const config = [
      { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
      { files: ['**'], ...plugin.configs.strict },
    ];
    const reports = new Linter().verify(code, config, file);
    expect(reports.filter(({ fatal }) => fatal)).toEqual([]);
    const isNarrowed = judged.some((report) => report.shape === name && report.narrowed);
    expect(reports.some(({ ruleId }) => ruleId === `@codex-orch/${rule}`)).toBe(!isNarrowed);
  });
});
