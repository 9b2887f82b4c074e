import type { Log } from 'sarif';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  commandLine,
  guardExitCode,
  renderGithubAnnotations,
  renderJunit,
  renderPretty,
  renderSummary,
  reportJson,
  reportSarif,
  reportSchema,
} from '../src/output/index.js';
import type { Finding, Report, WaivedFinding } from '../src/report/finding.js';
import { rules } from '../src/rules/rules.js';
import { parseXml } from './parse-xml.js';

const finding: Finding = {
  code: 'SG001',
  rule: 'missing-spec',
  severity: 'error',
  path: 'src/api.ts',
  line: 3,
  column: 5,
  message: 'No spec covers src/api.ts.',
  why: 'It is a public interface.',
  fix: ['codex-orch', 'spec', 'new', "Ada's API"],
  paths: ['src/api.ts', 'src/api2.ts'],
  fingerprint: 'f1',
};
const warning: Finding = {
  ...finding,
  code: 'SG005',
  rule: 'review-due',
  severity: 'warning',
  path: 'tasks/specs/1.md',
  line: undefined,
  column: undefined,
  fix: undefined,
  fingerprint: 'f2',
};
const waived: WaivedFinding = {
  ...finding,
  fingerprint: 'f3',
  waiver: {
    by: 'override',
    reason: 'release night',
    actor: 'ada@example.com',
    approver: 'bob@example.com',
    expires: '2026-12-01',
  },
};
const report: Report = {
  at: Date.parse('2026-11-22T12:00:00Z'),
  findings: [finding, warning],
  waived: [
    waived,
    { ...waived, waiver: { by: 'suppression', reason: 'moving', expires: '2026-12-01', path: 'src/api.ts', line: 1 } },
    { ...waived, waiver: { by: 'baseline' } },
  ],
  overrides: [
    {
      rule: 'SG001',
      specId: '0001',
      reason: 'release night',
      actor: 'ada@example.com',
      approvers: ['bob@example.com'],
      expires: '2026-12-01',
      from: { line: 2 },
      waived: 1,
    },
    {
      rule: 'SG003',
      reason: 'hot fix',
      actor: 'ada@example.com',
      approvers: [],
      from: { commit: 'a'.repeat(40) },
      waived: 0,
    },
  ],
  checked: { changedPaths: 2, specs: 1, approvals: 1 },
  base: 'b'.repeat(40),
  head: 'c'.repeat(40),
  clean: false,
};
const clean: Report = { ...report, findings: [], waived: [], overrides: [], clean: true };

/** As the command line does it: what a terminal would obey becomes visible, and there is one line. */
// eslint-disable-next-line no-control-regex -- these are what is replaced
const safe = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');

/** Text with everything that some format gives a meaning to. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u001b[2J',
    '::error::x\n::set-env name=A::b',
    '%0A',
    ']]>',
    '<b>&amp;"\'',
    '`|*_',
    '\ud800',
    '\r\n\0',
    '\ufffe',
  ),
);
const nastyReport: fc.Arbitrary<Report> = fc
  .record({
    path: nasty,
    message: nasty,
    why: nasty,
    fix: fc.array(nasty),
    reason: nasty,
    line: fc.nat(),
    severity: fc.constantFrom('error', 'warning', 'note'),
  })
  .map(({ path, message, why, fix, reason, line, severity }) => {
    const nastyFinding: Finding = {
      ...finding,
      path,
      message,
      why,
      fix,
      line: line + 1,
      severity,
    };
    return {
      ...report,
      findings: [nastyFinding],
      waived: [{ ...nastyFinding, waiver: { by: 'override', reason, actor: reason } }],
      overrides: [{ rule: 'SG001', reason, actor: path, approvers: [why], from: { line: 1 }, waived: 1 }],
    };
  });

it('says one line when nothing is wrong, and nothing when asked to be quiet', () => {
  expect(renderPretty(clean, { safe })).toBe('Spec guard: nothing wrong (1 spec, 2 changed paths).\n');
  expect(renderPretty(clean, { safe, quiet: true })).toBe('');
});

it('shows every finding with its code, place, reason and command, and every waiver and override in force', () => {
  expect(renderPretty(report, { safe, notes: ['Compared with origin/main (from GITHUB_BASE_REF).'] })).toBe(`\
Compared with origin/main (from GITHUB_BASE_REF).

src/api.ts
  error SG001 src/api.ts:3:5  No spec covers src/api.ts.
    why: It is a public interface.
    changed: src/api.ts, src/api2.ts
    fix: codex-orch spec new 'Ada'\\''s API'

tasks/specs/1.md
  warning SG005 tasks/specs/1.md  No spec covers src/api.ts.
    why: It is a public interface.
    changed: src/api.ts, src/api2.ts

  waived SG001 src/api.ts:3:5  overridden by ada@example.com, approved by bob@example.com, until 2026-12-01: release night
  waived SG001 src/api.ts:3:5  suppressed at src/api.ts:1, until 2026-12-01: moving
  waived SG001 src/api.ts:3:5  known debt, in the baseline

  override SG001 for spec 0001 by ada@example.com, approved by bob@example.com, until 2026-12-01, line 2 of the log, waives 1: release night
  override SG003 for all specs by ada@example.com, commit aaaaaaaaaaaa, waives 0: hot fix

Spec guard: 1 error, 1 warning, 3 waived (1 spec, 2 changed paths).
`);
});

it('shows an override in force even when it is asked to be quiet', () => {
  expect(renderPretty({ ...clean, overrides: report.overrides }, { safe, quiet: true })).toContain('override SG003');
});

it('lets nothing of a repository reach the terminal as it is', () => {
  fc.assert(
    fc.property(nastyReport, (nastily) => {
      for (const text of [renderPretty(nastily, { safe }), renderGithubAnnotations(nastily, { safe })])
        // eslint-disable-next-line no-control-regex -- newlines are ours
        expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});

it('gives data of the published form', () => {
  expect(reportSchema.parse(reportJson(report, ['a note']))).toEqual(reportJson(report, ['a note']));
  fc.assert(fc.property(nastyReport, (nastily) => reportSchema.safeParse(reportJson(nastily)).success));
});

it('schemas/report.schema.json is what the data is (after a change: npm run generate)', async () => {
  const published = { title: 'codex-orch spec guard report', ...z.toJSONSchema(reportSchema) };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot('../schemas/report.schema.json');
});

it('writes SARIF that is valid by its schema, whatever the repository says', () => {
  const require = createRequire(import.meta.url);
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  // The schema is of draft 4; nothing but its two names of itself differs in what this validator reads.
  const { $schema, id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect([$schema, id]).toEqual([expect.stringContaining('draft-04'), expect.stringContaining('sarif-2.1.0')]);
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  const errorsOf = (one: Report) => {
    const log: Log = reportSarif(one, { version: '1.2.3', rules });
    validate(JSON.parse(JSON.stringify(log)));
    return validate.errors;
  };
  expect(errorsOf(clean)).toBeNull();
  expect(errorsOf(report)).toBeNull();
  fc.assert(
    fc.property(nastyReport, (nastily) => {
      expect(errorsOf(nastily)).toBeNull();
    }),
  );
  validate({ version: '2.1.0', runs: [{ results: [] }] });
  expect(validate.errors).not.toBeNull();
});

it('tells SARIF each rule once, where a finding is, and why it is waived', () => {
  const [run] = reportSarif(report, { version: '1.2.3', rules }).runs;
  const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  expect(run?.results.map(({ ruleIndex }) => ids[ruleIndex])).toEqual(['SG001', 'SG005', 'SG001', 'SG001', 'SG001']);
  expect(run?.results[0]).toMatchObject({
    level: 'error',
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'src/api.ts' }, region: { startLine: 3, startColumn: 5 } } },
    ],
    partialFingerprints: { 'specGuard/v1': 'f1' },
  });
  expect(
    run?.results.slice(2).map((result) => ('suppressions' in result ? result.suppressions[0]?.kind : undefined)),
  ).toEqual(['external', 'inSource', 'external']);
});

it('writes one workflow command for each finding, which no text can end or add to', () => {
  const odd = { ...finding, path: 'a,b:c.ts', message: '100%\nsure', fix: undefined };
  expect(renderGithubAnnotations({ ...report, findings: [odd, warning] }, { safe: (text) => text })).toBe(
    '::error file=a%2Cb%3Ac.ts,line=3,col=5,title=Spec guard SG001::100%25%0Asure%0AIt is a public interface.\n' +
      '::warning file=tasks/specs/1.md,title=Spec guard SG005::No spec covers src/api.ts.%0AIt is a public interface.\n',
  );
  fc.assert(
    fc.property(nastyReport, (nastily) => {
      expect(renderGithubAnnotations(nastily, { safe: (text) => text })).toMatch(
        /^::(error|warning|notice) [^\r\n]*\n$/,
      );
    }),
  );
});

it('writes a summary in which text stays text', () => {
  const summary = renderSummary(
    { ...report, findings: [{ ...finding, message: '<img> | [x](http://e) `c`' }] },
    { safe },
  );
  expect(summary).toContain('## Spec guard failed');
  expect(summary).toContain('| override in force |');
  expect(summary).not.toMatch(/<img>|\[x\]|`c`/);
  expect(renderSummary(clean, { safe })).toContain('## Spec guard passed');
});

it('keeps a summary small enough for GitHub and says what is left out', () => {
  const many = Array.from({ length: 20_000 }, () => finding);
  const summary = renderSummary({ ...report, findings: many }, { safe });
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
  expect(summary).toMatch(/\d+ more lines do not fit here/);
});

it('writes JUnit that a parser reads back, whatever the repository says', () => {
  const cases = (one: Report) => parseXml(renderJunit(one)).children[0]?.children ?? [];
  expect(cases(clean).map(({ name, children }) => [name, children.length])).toEqual([['testcase', 0]]);
  expect(cases(report).map(({ children }) => children[0]?.name)).toEqual([
    'failure',
    'system-out',
    'skipped',
    'skipped',
    'skipped',
  ]);
  expect(cases(report)[0]?.children[0]?.text).toBe(
    "No spec covers src/api.ts.\nIt is a public interface.\nFix: codex-orch spec new 'Ada'\\''s API'",
  );
  fc.assert(
    fc.property(nastyReport, (nastily) => {
      expect(cases(nastily)).toHaveLength(2);
    }),
  );
});

it('says 0 when clean, 1 for a violation and 2 when there is no report', () => {
  expect([guardExitCode(clean), guardExitCode(report), guardExitCode(undefined)]).toEqual([0, 1, 2]);
  expect([guardExitCode(report, { dryRun: true }), guardExitCode(undefined, { dryRun: true })]).toEqual([0, 2]);
});

it('quotes commands for a shell', () => {
  expect(commandLine(['codex-orch', 'spec', 'new', '$(rm -rf ~)', "it's", '', '--base=main'])).toBe(
    `codex-orch spec new '$(rm -rf ~)' 'it'\\''s' '' --base=main`,
  );
});
