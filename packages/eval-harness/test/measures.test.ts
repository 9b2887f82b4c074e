import { describe, expect, it } from 'vitest';
import {
  consoleTable,
  controlAsset,
  type EvaluatedTemplate,
  htmlOf,
  junitOf,
  markdownOf,
  runEvaluation,
  sarifOf,
} from '../src/index.js';
import { replacing } from './assets.js';
import { evaluate } from './evaluate.js';
import { testSandbox } from './sandbox.js';
import { smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

/** Says of every `var` that it is one, and of what no longer is a comparison with zero that its type is wrong. */
const linter = `
  const lines = require('node:fs').readFileSync('lib/index.js', 'utf8').split('\\r\\n');
  for (const [at, line] of lines.entries()) {
    if (line.includes('var ')) console.log('lib/index.js:' + (at + 1) + ': no var (W1)');
    if (line.includes('const ')) console.log('lib/index.js:' + (at + 1) + ': const is new (W2)');
  }
  process.exitCode = 1;`;
const typechecker = `
  const text = require('node:fs').readFileSync('lib/index.js', 'utf8');
  if (text.includes('crash')) throw new Error('the compiler is broken');
  if (text.includes('number')) { console.log('lib/index.js(2,1): error TS1: a type'); process.exitCode = 2; }`;

const checks: NonNullable<Parameters<typeof smallTarget>[1]> = {
  files: { 'lint.js': linter, 'types.js': typechecker },
  target: {
    lint: {
      command: ['node', 'lint.js'],
      reporter: { kind: 'lines', finding: '^(?<path>[^:]+):(?<line>\\d+): (?<message>.*) \\((?<code>W\\d)\\)$' },
    },
    typecheck: { command: ['node', 'types.js'], reporter: { kind: 'tsc' } },
  },
};

describe.runIf(process.platform === 'linux')('of a pair it is measured', () => {
  it('what the target’s own lint and typecheck newly report, one by one; new type errors fail it', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder, checks);
    const evaluation = await evaluate(folder, target, [
      controlAsset,
      replacing('to-const', 'var ', 'const '),
      replacing('typed', 'zero = 0', 'zero /* number */ = 0'),
      replacing('crashes', 'zero = 0', 'zero = /* crash */ 0'),
      replacing('absent', 'not in there', ''),
    ]);
    expect(evaluation.unusable).toEqual([]);
    expect(evaluation.baselines).toMatchObject([{ lint: { findings: 2 }, typecheck: { findings: 0 } }]);
    const [control, toConst, typed, crashes, absent] = evaluation.pairs;
    expect(control).toMatchObject({ verdict: 'passed', lint: null, typecheck: null });
    // As many as before, and yet others.
    expect(toConst).toMatchObject({
      verdict: 'passed',
      lint: { ran: true, before: 2, after: 2, gone: 2 },
      typecheck: { before: 0, after: 0, added: [] },
    });
    expect(toConst?.lint?.added).toEqual([
      { path: 'lib/index.js', line: 2, code: 'W2', message: 'const is new' },
      { path: 'lib/index.js', line: 9, code: 'W2', message: 'const is new' },
    ]);
    expect(typed).toMatchObject({ verdict: 'failed', causes: [{ kind: 'new-type-errors' }], lint: { added: [] } });
    expect(crashes).toMatchObject({
      verdict: 'failed',
      causes: [{ kind: 'check-failed', message: /compiler is broken/ }],
    });
    expect(absent).toMatchObject({ lint: { ran: false, before: 2, after: 2 }, typecheck: { ran: false } });
    const printed = consoleTable(evaluation);
    expect(printed).toContain('2 → 2 (2 new)');
    expect(printed).toContain('lib/index.js:2 W2 const is new');
    for (const report of [htmlOf(evaluation), markdownOf(evaluation)]) expect(report).toContain('2 findings');
  });

  it('that new findings of a lint stay within what is allowed, where something is said about it', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder, checks);
    const toConst = [replacing('to-const', 'var ', 'const ')];
    const bounded = await evaluate(folder, target, toConst, { thresholds: { newLintFindings: 1 } });
    expect(bounded.pairs).toMatchObject([
      { verdict: 'failed', causes: [{ kind: 'new-lint-findings', message: /^2 new/ }] },
    ]);
  });

  it('which lines were changed without need', async () => {
    const folder = await temporaryFolder();
    const evaluation = await evaluate(folder, await smallTarget(folder), [
      replacing('spreads', 'return x;', 'return x ;'),
      replacing('breaks-lines', 'if (n === 0) return 0;', 'if (n === 0)\r\n    return +0;'),
    ]);
    const [spreads, breaks] = evaluation.pairs;
    expect(spreads?.churn).toMatchObject({ added: 1, removed: 1, minimal: 0, ratio: null });
    expect(breaks?.churn).toMatchObject({ added: 2, removed: 1, minimal: 2, ratio: 1.5 });
    expect(consoleTable(evaluation)).toMatch(/^spreads .* 2\/0 /m);
  });

  it('how much memory and CPU it took, and the share of the tests in all', async () => {
    const folder = await temporaryFolder();
    const slow = `require('..'); const b = Buffer.alloc(64e6, 1); const end = process.cpuUsage().user + 200000; while (process.cpuUsage().user < end) for (let i = 0; i < 1e6; i += 1); console.log('ok 1 - ' + b.length + '\\n1..1');`;
    const target = await smallTarget(folder, { files: { 'test/index.js': slow } });
    const evaluation = await evaluate(folder, target, [replacing('var-to-let', 'var ', 'let ')]);
    const [pair] = evaluation.pairs;
    expect(pair?.peakBytes.tests).toBeGreaterThan(64e6);
    expect(pair?.cpuMs.tests).toBeGreaterThan(100);
    const { cpuMs, testsMs, installMs, applyMs, workMs, slowest } = evaluation.totals;
    // Three runs before, one after.
    expect(testsMs).toBeGreaterThan(4 * 200);
    expect(installMs).toBeGreaterThan(0);
    expect(applyMs).toBeGreaterThan(0);
    expect(workMs).toBeGreaterThan(testsMs + installMs + applyMs);
    expect(cpuMs?.all).toBeGreaterThan(cpuMs?.tests ?? Infinity);
    expect(slowest).toMatchObject([{ asset: 'var-to-let', target: 'small' }]);
    const printed = consoleTable(evaluation);
    expect(printed).toMatch(/^0 of 1 pairs from the cache, in [\d.]+ s\.$/m);
    expect(printed).toMatch(
      /^Of [\d.]+ s of work, .*: the targets' own tests .* \(\d+%\), their installation .*, codex-orch itself .* all else [\d.]+ s\.$/m,
    );
    expect(printed).toMatch(/^Of [\d.]+ s of CPU: the targets' own tests .* \(\d+%\), .*codex-orch itself .*%\)\.$/m);
    expect(printed).toMatch(/^Slowest: var-to-let on small [\d.]+ s\.$/m);
  });

  it('nothing where a check gives no report before any change: the target cannot be used', async () => {
    const folder = await temporaryFolder();
    const broken = { ...checks, files: { ...checks.files, 'types.js': 'process.exitCode = 1;' } };
    const evaluation = await evaluate(folder, await smallTarget(folder, broken), [controlAsset]);
    expect(evaluation.unusable).toMatchObject([{ code: 'eval-check-failed', message: /types\.js.*exit code 1/ }]);
  });
});

describe('a template', () => {
  const letter: EvaluatedTemplate = {
    id: 'letter',
    version: '1.0.0',
    digest: 'letter',
    examples: [
      { name: 'to Ada', parameters: { to: 'Ada' }, files: [{ path: 'letters/ada.md', text: 'Dear Ada\n' }] },
      { name: 'to nobody', parameters: {}, mayBeRefused: true },
    ],
    render: (parameters) => {
      const { to } = parameters as { readonly to?: string };
      if (to === undefined) throw new Error('to: is missing');
      return [{ path: `letters/${to.toLowerCase()}.md`, text: `Dear ${to}\n` }];
    },
  };
  let times = 0;
  const text = (path_: string, content: string): EvaluatedTemplate => ({
    ...letter,
    examples: [{ name: 'one', parameters: {} }],
    render: () => [{ path: path_, text: content }],
  });
  const dear = {
    name: 'people',
    isFor: () => true,
    problemOf: ({ text: said }: { text: string }) => (said.startsWith('Dear') ? undefined : 'rude'),
  };

  it.each<[string, EvaluatedTemplate, object]>([
    [
      'passes that gives its fixture, the same twice',
      letter,
      { verdict: 'passed', examples: 1, fixtures: 1, refused: ['to nobody'], files: 1, unread: 1 },
    ],
    [
      'passes what a reader of its kind takes',
      { ...letter, readers: [dear] },
      { verdict: 'passed', read: { people: 1 }, unread: 0 },
    ],
    [
      'fails what a reader of its kind does not take',
      { ...text('a.md', 'You'), readers: [dear] },
      { causes: [{ kind: 'does-not-parse', message: 'a.md: rude' }] },
    ],
    ['fails what is no JSON', text('a.json', '{'), { causes: [{ kind: 'does-not-parse' }] }],
    [
      'fails what is no JavaScript',
      text('a/b.js', 'var = 1;'),
      { causes: [{ kind: 'does-not-parse', message: "a/b.js: Unexpected token '='" }] },
    ],
    ['fails what goes out of the folder', text('../a.md', ''), { causes: [{ kind: 'bad-path' }] }],
    [
      'fails what is another one each time',
      { ...letter, render: () => [{ path: 'a.md', text: String(times++) }] },
      { verdict: 'failed' },
    ],
    [
      'fails what is not its fixture',
      { ...letter, render: () => [{ path: 'letters/ada.md', text: 'Ada!' }] },
      { causes: [{ kind: 'not-the-fixture', message: 'letters/ada.md has another text' }] },
    ],
    [
      'fails what cannot be rendered',
      { ...letter, examples: [{ name: 'none', parameters: {} }] },
      { causes: [{ kind: 'did-not-render', message: 'to: is missing' }] },
    ],
    [
      'tells why it was not evaluated',
      { ...letter, notEvaluated: 'its code is foreign' },
      { verdict: 'not-evaluated', why: 'its code is foreign', causes: [] },
    ],
  ])('%s', async (_what, template, result) => {
    const folder = await temporaryFolder();
    const evaluation = await runEvaluation({
      ...{ id: 'first', runsDir: folder, targets: [], assets: [], env: {}, sandbox: testSandbox() },
      templates: [template],
    });
    expect(evaluation.templates).toMatchObject([result]);
    const { verdict } = evaluation.templates[0]!;
    expect(evaluation.verdict).toBe(verdict === 'passed' ? 'passed' : 'failed');
    const word = {
      passed: 'rendered twice the same',
      failed: 'failed:',
      'not-evaluated': 'not evaluated, because its code',
    };
    for (const report of [consoleTable(evaluation), markdownOf(evaluation), htmlOf(evaluation)])
      expect(report).toContain(word[verdict]);
    const [isBad, isOpen] = [verdict === 'failed', verdict === 'not-evaluated'];
    expect(junitOf(evaluation)).toContain(
      `<testsuite name="templates" tests="1" failures="${Number(isBad)}" errors="0" skipped="${Number(isOpen)}">`,
    );
    const shown = { passed: [], failed: ['template-failed'], 'not-evaluated': ['nothing-judged'] };
    expect(sarifOf(evaluation).runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(shown[verdict]);
  });
});
