import type { CommandResult } from '@codex-orch/core';
import { expect, it } from 'vitest';
import type { Target } from '../target/target.js';
import { runTests, type TestedTree } from './run-tests.js';

const tap = (...lines: readonly string[]): string => [...lines, `1..${lines.length}`, ''].join('\n');

/** A target of which each command ends like this, one after the other. */
function tested(
  ...results: readonly (Partial<Omit<CommandResult, 'stdout'>> & { readonly stdout?: string })[]
): TestedTree {
  const left = [...results];
  const tests = results.map((_, index) => ({ command: ['node', `${index}.js`], reporter: { kind: 'tap' } }));
  return {
    target: { name: 'small', tests, timeoutSeconds: 1 } as unknown as Target,
    tree: '/work/tree',
    run: () => {
      const { stdout = '', ...more } = left.shift() ?? {};
      const ended = { exitCode: 0, timedOut: false, truncated: false, ...more };
      return Promise.resolve({ ...ended, stdout: Buffer.from(stdout), stderr: Buffer.from('') } as CommandResult);
    },
  };
}

it('names what several commands tell so that no name stands for two tests, wherever the tree is', async () => {
  const { outcomes, crashes } = await runTests(
    tested({ stdout: tap('ok 1 - adds', 'not ok 2 - fails at /work/tree/a.js') }, { stdout: tap('not ok 1 - adds') }),
  );
  expect([...outcomes]).toEqual([
    ['adds', 'passed'],
    ['fails at ./a.js', 'failed'],
    ['[2] adds', 'failed'],
  ]);
  expect(crashes).toEqual([]);
});

it('says which command left no report, and counts the others', async () => {
  const { outcomes, crashes } = await runTests(
    tested({ stdout: 'Segmentation fault' }, { stdout: tap('ok 1 - adds') }),
  );
  expect(outcomes.size).toBe(1);
  expect(crashes).toEqual([expect.stringMatching(/^node 0\.js: /)]);
});

it.each([
  ['did not end in time', { timedOut: true, stdout: tap('ok 1 - a') }, 'eval-tests-timed-out'],
  ['printed more than is kept', { truncated: true, stdout: tap('ok 1 - a') }, 'eval-tests-too-loud'],
  ['ran no test', { stdout: '1..0\n' }, 'eval-no-tests-ran'],
  ['left no report', {}, 'eval-no-tests-ran'],
])('believes nothing of tests that %s', async (_what, result, code) => {
  await expect(runTests(tested(result))).rejects.toMatchObject({ code });
});
