import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { parseCounts } from './index.js';

const outputs: readonly (readonly [string, string, readonly [number, number, number]])[] = [
  [
    'Vitest',
    ' Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 3 passed | 1 skipped | 1 todo (6)\n',
    [3, 1, 2],
  ],
  [
    'Vitest with colours',
    '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m4 passed\u001b[39m\u001b[22m\u001b[90m (4)\u001b[39m\n',
    [4, 0, 0],
  ],
  ['Jest', 'Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 skipped, 1 todo, 3 passed, 6 total\n', [3, 1, 2]],
  [
    'Jest in two packages',
    'Tests:       3 passed, 3 total\n...\nTests:       1 failed, 2 passed, 3 total\n',
    [5, 1, 0],
  ],
  ['Mocha', '\n  3 passing (12ms)\n  1 pending\n  2 failing\n', [3, 2, 1]],
  ['pytest', '==== 1 failed, 3 passed, 2 skipped, 1 xfailed, 1 error, 3 warnings in 0.12s ====\n', [3, 2, 3]],
  ['pytest -q', '3 passed in 0.01s\n', [3, 0, 0]],
  ['unittest', 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1)\n', [2, 2, 1]],
  ['unittest, all well', 'Ran 5 tests in 0.001s\n\nOK\n', [5, 0, 0]],
  [
    'cargo test',
    'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n',
    [4, 2, 1],
  ],
  [
    'go test -v',
    '=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n=== RUN   TestB/sub\n--- FAIL: TestB (0.00s)\n    --- FAIL: TestB/sub (0.00s)\n=== RUN   TestC\n--- SKIP: TestC (0.00s)\nFAIL\tx\t0.1s\n',
    [1, 2, 1],
  ],
  [
    'go test, packages',
    'ok  \tx/a\t0.1s\nok  \tx/b\t(cached)\n--- FAIL: TestX (0.00s)\nFAIL\nFAIL\tx/c\t0.1s\nFAIL\tx/d [build failed]\n?   \tx/e\t[no test files]\nFAIL\n',
    [2, 2, 0],
  ],
  ['TAP', 'TAP version 13\n1..4\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP no\nnot ok 4 # TODO later\n', [1, 1, 2]],
  ['Windows line ends', '1..1\r\nok 1\r\n', [1, 0, 0]],
];

describe('parseCounts', () => {
  it.each(outputs)('reads %s', (_, output, [passed, failed, skipped]) => {
    expect(parseCounts(output)).toEqual({ passed, failed, skipped });
    expect(parseCounts(Buffer.from(output))).toEqual({ passed, failed, skipped });
  });

  it.each(['tap', 'spec'])('reads what node --test really prints as %s', async (reporter) => {
    const root = await temporaryFolder();
    const tests =
      "const { test } = require('node:test'); test('a', () => {}); test('b', () => { throw new Error('no'); }); test('c', { skip: true }, () => {}); test('d', () => {});";
    writeFileSync(path.join(root, 'x.test.js'), tests);
    const { stdout } = spawnSync(
      process.execPath,
      ['--test', `--test-reporter=${reporter}`, path.join(root, 'x.test.js')],
      { env: {} },
    );
    expect(parseCounts(stdout)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  it('reads what unittest really prints', async () => {
    const root = await temporaryFolder();
    writeFileSync(
      path.join(root, 'test_x.py'),
      'import unittest\nclass T(unittest.TestCase):\n  def test_a(self): pass\n  def test_b(self): self.fail()\n  @unittest.skip("")\n  def test_c(self): pass\n',
    );
    const { stderr, error } = spawnSync('python3', ['-m', 'unittest'], { cwd: root });
    expect(error).toBeUndefined();
    expect(parseCounts(stderr)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it.each(['', 'hello\n', '3 passed\n', 'ok\n', 'Tests: all passed\n'])('does not guess from %j', (output) => {
    expect(parseCounts(output)).toBeNull();
  });

  it('never throws, and never counts below zero, whatever the bytes', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(...outputs.flatMap(([, output]) => output.split('\n'))));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 500 }),
          fc.array(line).map((lines) => lines.join('\n')),
        ),
        (output) => {
          const counts = parseCounts(output);
          for (const count of counts ? [counts.passed, counts.failed, counts.skipped] : []) {
            expect(Number.isInteger(count)).toBe(true);
            expect(count).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
