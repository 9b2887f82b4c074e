import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  consoleTable,
  controlAsset,
  type EvaluatedAsset,
  type Evaluation,
  evaluationSchema,
  htmlOf,
  junitOf,
  type PairResult,
  readEvaluation,
} from '../src/index.js';
import { replacing } from './assets.js';
import { evaluate } from './evaluate.js';
import { smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

const only = ({ pairs }: Evaluation): PairResult => {
  expect(pairs).toHaveLength(1);
  return pairs[0]!;
};

const varToLet = replacing('var-to-let', 'var ', 'let ');

describe.runIf(process.platform === 'linux')('an evaluation', () => {
  it('passes what keeps every test, and says how much of it the tests execute', async () => {
    const folder = await temporaryFolder();
    const evaluation = await evaluate(folder, await smallTarget(folder), [varToLet]);
    expect(evaluation.unusable).toEqual([]);
    expect(evaluation.baselines).toMatchObject([
      { counts: { passed: 4, failed: 1, skipped: 0 }, asPinned: true, quarantined: [], litter: [] },
    ]);
    expect(only(evaluation)).toMatchObject({
      verdict: 'passed',
      causes: [],
      files: { considered: 1, matched: 1, changed: 1, unparsable: [] },
      changes: 2,
      appliedCleanly: 1,
      churn: { added: 2, removed: 2, linesPerChange: 1, minimal: 4, ratio: 1 },
      lint: null,
      typecheck: null,
      editedLines: { total: 2, executed: 1 },
      idempotent: true,
      rollbackExact: true,
      tests: { ran: true, total: 4, kept: 4, newlyFailing: [], missing: [], newlyPassing: [] },
    });
    expect(evaluation.verdict).toBe('passed');
  });

  it('leaves its result in files that can be read again, and no copy of the target', async () => {
    const folder = await temporaryFolder();
    const evaluation = await evaluate(folder, await smallTarget(folder), [varToLet]);
    const dir = path.join(folder, 'runs/first');
    expect(await readEvaluation(path.join(dir, 'evaluation.json'))).toEqual(evaluationSchema.parse(evaluation));
    expect(await readFile(path.join(dir, 'summary.md'), 'utf8')).toContain('# Evaluation first: passed');
    expect(await readFile(path.join(dir, 'junit.xml'), 'utf8')).toContain('name="var-to-let"');
    expect(await readdir(dir)).not.toContain('work');
  });

  it('names the test that an asset breaks, and how to see it again', async () => {
    const folder = await temporaryFolder();
    const wrong = replacing('wrong', 'n > 0', 'n >= 9');
    const pair = only(await evaluate(folder, await smallTarget(folder), [wrong]));
    expect(pair).toMatchObject({
      verdict: 'failed',
      causes: [{ kind: 'newly-failing', message: '1 tests fail: "the sign of two"' }],
      tests: { kept: 3, newlyFailing: ['the sign of two'] },
      reproduce: ['eval', '--target', 'small', '--asset', 'wrong'],
    });
  });

  it('does not take a red test that an asset happens to turn green for one that was kept', async () => {
    const folder = await temporaryFolder();
    const target = { sources: { include: ['lib', 'test'], exclude: [], extensions: ['.js'] } };
    const pair = only(
      await evaluate(folder, await smallTarget(folder, { target }), [
        replacing('mends', 'held", false', 'held", true'),
      ]),
    );
    expect(pair).toMatchObject({ verdict: 'passed', tests: { kept: 4, total: 4, newlyPassing: ['what never held'] } });
  });

  it('fails what no longer parses, and counts all tests as lost when none runs', async () => {
    const folder = await temporaryFolder();
    const pair = only(
      await evaluate(folder, await smallTarget(folder), [replacing('breaks', 'return x;', 'return x +;')]),
    );
    expect(pair.causes.map(({ kind }) => kind)).toEqual(['did-not-apply', 'does-not-parse', 'no-tests-ran']);
    expect(pair.files.unparsable).toEqual([{ path: 'lib/index.js', message: "Unexpected token ';'" }]);
    expect(pair.tests).toMatchObject({ kept: 0, total: 4 });
    expect(pair.tests.missing).toHaveLength(4);
  });

  it('fails what changes its own output again', async () => {
    const folder = await temporaryFolder();
    const pair = only(await evaluate(folder, await smallTarget(folder), [replacing('grows', 'zero', 'zero0')]));
    expect(pair).toMatchObject({ idempotent: false, appliedCleanly: 0, rollbackExact: true });
    expect(pair.causes.map(({ kind }) => kind)).toContain('not-idempotent');
  });

  it('fails what does not take back what it did', async () => {
    const folder = await temporaryFolder();
    const lazy: EvaluatedAsset = {
      ...varToLet,
      apply: async (...args) => ({ ...(await varToLet.apply(...args)), rollback: () => Promise.resolve() }),
    };
    const pair = only(await evaluate(folder, await smallTarget(folder), [lazy]));
    expect(pair.causes.map(({ kind }) => kind)).toEqual(['rollback-not-exact']);
  });

  it('does not run the tests of what changes nothing', async () => {
    const folder = await temporaryFolder();
    const pair = only(await evaluate(folder, await smallTarget(folder), [replacing('absent', 'not in there', '')]));
    expect(pair).toMatchObject({ verdict: 'passed', files: { changed: 0 }, tests: { ran: false, kept: 4, total: 4 } });
  });

  it('fails a target whose tests do not notice a codemod that is wrong on purpose', async () => {
    const folder = await temporaryFolder();
    const blind = { 'test/index.js': 'require(".."); console.log("ok 1 - it loads\\n1..1");' };
    const [seeing, unseeing] = [await smallTarget(folder), await smallTarget(folder, { name: 'blind', files: blind })];
    const bySeeing = only(await evaluate(folder, seeing, [controlAsset]));
    const byUnseeing = only(await evaluate(folder, unseeing, [controlAsset], { id: 'second' }));
    expect(bySeeing).toMatchObject({ verdict: 'passed', tests: { kept: 0, total: 4 } });
    expect(byUnseeing).toMatchObject({ verdict: 'failed', causes: [{ kind: 'control-not-caught' }] });
  });

  it('puts a flaky test on the quarantine, by name, and does not hold it against an asset', async () => {
    const folder = await temporaryFolder();
    // The home outlives a run of the tests, so this one fails every other time.
    const flaky = `
      const fs = require('node:fs');
      const file = process.env.HOME + '/seen';
      const seen = fs.existsSync(file);
      if (seen) fs.unlinkSync(file); else fs.writeFileSync(file, '');
      require('..');
      console.log((seen ? 'ok' : 'not ok') + ' 1 - every other time\\nok 2 - always\\n1..2');`;
    const target = await smallTarget(folder, { files: { 'test/index.js': flaky } });
    const evaluation = await evaluate(folder, target, [varToLet]);
    expect(evaluation.baselines[0]?.quarantined).toEqual(['every other time']);
    expect(only(evaluation)).toMatchObject({ verdict: 'passed', tests: { kept: 1, total: 1, newlyFailing: [] } });
  });

  it('names a test that hangs, ends it, and goes on', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder, { target: { timeoutSeconds: 3 } });
    const hangs = replacing('hangs', 'var zero = 0;', 'var zero = 0; while (true);');
    const evaluation = await evaluate(folder, target, [hangs, varToLet]);
    expect(evaluation.pairs.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
    expect(evaluation.pairs[0]?.causes[0]?.message).toBe(
      'eval-tests-timed-out: "node test/index.js" did not end within 3 s.',
    );
  });

  it('does not use a target none of whose tests runs', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder, { files: { 'test/index.js': 'console.log("1..0")' } });
    const evaluation = await evaluate(folder, target, [varToLet]);
    expect(evaluation).toMatchObject({ verdict: 'failed', pairs: [], unusable: [{ code: 'eval-no-tests-ran' }] });
  });

  it('runs nothing of a tarball that is not the pinned one, nor with another configuration', async () => {
    const folder = await temporaryFolder();
    const small = await smallTarget(folder);
    const origin = { kind: 'npm', package: 'small', integrity: `sha512-${'A'.repeat(86)}==` } as const;
    const forged = { ...small.placed.target, origin };
    const forgedTarget = { ...small, placed: { ...small.placed, target: forged } };
    const first = await evaluate(folder, forgedTarget, [varToLet], { cacheDir: path.join(folder, 'cache') });
    expect(first.unusable).toMatchObject([{ code: 'eval-target-tampered', message: /the tarball is sha512-/ }]);
    await writeFile(path.join(small.configDir, 'extra'), '');
    const second = await evaluate(folder, small, [varToLet], { id: 'second' });
    expect(second.unusable).toMatchObject([{ code: 'eval-target-tampered', message: /targets\/small/ }]);
  });

  it('gives tests no secrets, no network, and nothing to write but their own folders', async () => {
    const folder = await temporaryFolder();
    const nosy = `
      const fs = require('node:fs');
      const can = (write) => { try { write(); return true; } catch { return false; } };
      const point = (ok, name) => console.log((ok ? 'ok' : 'not ok') + ' - ' + name);
      require('..');
      point(can(() => fs.writeFileSync('here', '')), 'writes here');
      point(can(() => fs.writeFileSync(process.env.HOME + '/there', '')), 'writes to its home');
      can(() => fs.writeFileSync('../outside', ''));
      point(!can(() => fs.writeFileSync('/outside', '')), 'does not write where it likes');
      point(!can(() => fs.writeFileSync('node_modules/planted', '')), 'does not write to what is installed');
      point(!can(() => fs.readFileSync(${JSON.stringify(path.join(folder, 'secret'))})), 'does not read what is not its own');
      point(!('EVAL_TEST_SECRET' in process.env), 'sees no variable of ours');
      require('node:net').connect(9, '192.0.2.1').on('error', (error) => {
        point(error.code === 'ENETUNREACH', 'reaches nobody');
        console.log('1..7');
      });`;
    await writeFile(path.join(folder, 'secret'), 'secret');
    process.env['EVAL_TEST_SECRET'] = 'secret';
    try {
      const target = await smallTarget(folder, { files: { 'test/index.js': nosy } });
      const evaluation = await evaluate(folder, target, [varToLet]);
      expect(only(evaluation)).toMatchObject({ verdict: 'passed', tests: { kept: 7, total: 7 } });
      expect(evaluation.baselines[0]?.litter).toEqual(['here']);
      expect(await readdir(folder, { recursive: true })).not.toContainEqual(expect.stringMatching(/outside|planted/));
    } finally {
      delete process.env['EVAL_TEST_SECRET'];
    }
  });

  it('takes an unchanged pair from the cache and says so, unless it is told not to', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder);
    const own = { cacheDir: path.join(folder, 'cache'), useCache: true };
    await evaluate(folder, target, [varToLet], own);
    const changed = { ...varToLet, id: 'other' };
    const second = await evaluate(folder, target, [varToLet, changed], { ...own, id: 'second' });
    expect(second.pairs.map(({ cached }) => cached)).toEqual([true, false]);
    expect(second.totals.cached).toBe(1);
    const third = await evaluate(folder, target, [varToLet], { ...own, id: 'third', useCache: false });
    expect(only(third).cached).toBe(false);
  });

  it('needs neither the source nor an installation for what is in the cache', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder);
    const own = { cacheDir: path.join(folder, 'cache'), useCache: true };
    const before = only(await evaluate(folder, target, [varToLet], own));
    for (const part of ['trees', 'installs']) await rm(path.join(own.cacheDir, part), { recursive: true });
    const source = { tarball: () => Promise.reject(new Error('the registry is gone')) };
    const again = only(await evaluate(folder, { ...target, source }, [varToLet], { ...own, id: 'second' }));
    expect(again).toEqual({ ...before, cached: true });
  });

  it('refuses to go on with other assets under the same id', async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder);
    await evaluate(folder, target, [varToLet]);
    await expect(evaluate(folder, target, [controlAsset])).rejects.toMatchObject({ code: 'eval-changed' });
    const outside = evaluate(folder, target, [varToLet], { id: '../outside' });
    await expect(outside).rejects.toMatchObject({ code: 'eval-bad-id' });
  });
});

it.runIf(process.platform === 'linux')(
  'keeps what an asset changed and, where that failed, what the tests printed, also of pairs from the cache',
  async () => {
    const folder = await temporaryFolder();
    const target = await smallTarget(folder);
    const assets = [replacing('good', 'var ', 'let '), replacing('breaks', 'n > 0 ? 1', 'n > 0 ? 2')];
    for (const id of ['first', 'second']) {
      const evaluation = await evaluate(folder, target, assets, { id, useCache: true });
      expect(evaluation.pairs.map(({ cached }) => cached)).toEqual([id === 'second', id === 'second']);
      const evidence = path.join(folder, 'runs', id, 'evidence/small');
      expect((await readdir(evidence)).sort()).toEqual(['breaks.diff', 'breaks.log', 'good.diff']);
      const read = (name: string) => readFile(path.join(evidence, name), 'utf8');
      expect(await read('good.diff')).toMatch(/^-var zero = 0;\r?\n\+let zero = 0;/m);
      expect(await read('breaks.log')).toMatch(/^not ok \d+ - the sign of two$/m);
      expect(consoleTable(evaluation)).toContain(
        '  changed: evidence/small/breaks.diff\n  its tests printed: evidence/small/breaks.log\n',
      );
      expect(htmlOf(evaluation)).toContain('<a href="evidence/small/breaks.log">');
      expect(junitOf(evaluation)).toContain('evidence/small/breaks.diff');
    }
  },
);
