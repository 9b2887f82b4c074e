import { expect, it } from 'vitest';
import { OrchError } from '../errors/orch-error.js';
import { lintChanges } from './lint-changes.js';
import { failsTests } from './lint-report.js';
import type { LintRunner } from './lint-runner.js';

/** Finds every line that says "bad". */
const runner: LintRunner = {
  lint: (sources) =>
    Promise.resolve(
      sources.map(({ path, text }) => ({
        problem: text.includes('{') ? 'Unexpected {' : undefined,
        findings: text
          .split('\n')
          .flatMap((line, index) =>
            line.includes('bad') ? [{ rule: 'no-bad', path, line: index + 1, message: 'It is bad.' }] : [],
          ),
      })),
    ),
};

const { signal } = new AbortController();
const lint = (before: string | undefined, after: string, mode: 'report' | 'fail' = 'report') =>
  lintChanges(runner, [{ path: 'a.js', before, after }], { mode, signal });

it('keeps what the change brought, wherever the lines of the base have moved to', async () => {
  expect(await lint('bad one\ngood', 'good\n\n  bad one\nbad two')).toMatchObject({
    newCount: 1,
    oldCount: 1,
    findings: [{ rule: 'no-bad', path: 'a.js', line: 4 }],
  });
});

it('counts a line that was there once and is there twice as one new finding', async () => {
  expect(await lint('bad', 'bad\nbad')).toMatchObject({ newCount: 1, oldCount: 1, findings: [{ line: 2 }] });
});

it('counts all findings of a new file', async () => {
  expect(await lint(undefined, 'bad')).toMatchObject({ newCount: 1, oldCount: 0, fileCount: 1 });
});

it('names the files that could not be looked at', async () => {
  expect(await lint(undefined, '{')).toMatchObject({ skipped: [{ path: 'a.js', message: 'Unexpected {' }] });
});

it('records no more findings than can be read, and counts all', async () => {
  const { newCount, findings } = await lint(undefined, 'bad\n'.repeat(1000));
  expect([newCount, findings.length]).toEqual([1000, 200]);
});

it('fails tests only where it is meant to', async () => {
  expect(failsTests(await lint(undefined, 'bad'))).toBe(false);
  expect(failsTests(await lint(undefined, 'bad', 'fail'))).toBe(true);
  expect(failsTests(await lint(undefined, 'good', 'fail'))).toBe(false);
  expect(failsTests(undefined)).toBe(false);
});

class BrokenError extends OrchError {
  readonly code = 'broken';
}

it('reports rules that could not run, which fails tests where findings would', async () => {
  const broken: LintRunner = { lint: () => Promise.reject(new BrokenError('No ESLint.')) };
  const report = await lintChanges(broken, [{ path: 'a.js', before: undefined, after: '' }], { mode: 'fail', signal });
  expect(report).toMatchObject({ error: 'No ESLint.', newCount: 0 });
  expect(failsTests(report)).toBe(true);
});

it('passes on that it was stopped', async () => {
  const stopped = AbortSignal.abort(new Error('stop'));
  const rejecting: LintRunner = { lint: () => Promise.reject(new Error('aborted')) };
  await expect(
    lintChanges(rejecting, [{ path: 'a.js', before: undefined, after: '' }], { mode: 'report', signal: stopped }),
  ).rejects.toThrow('stop');
});
