import { expect, it } from 'vitest';
import { isOwnTest } from './own-tests.js';

it.each([
  'test/index.js',
  'tests/deep/data.json',
  'packages/one/__tests__/x.ts',
  'spec/a.rb',
  'lib/parse.test.ts',
  'lib/parse-test.js',
  'lib/parse_spec.js',
  'test.js',
])('%s is a test, by its name', (file) => {
  expect(isOwnTest(file, undefined)).toBe(true);
});

it.each(['lib/test-report.js', 'src/latest.js', 'lib/contest/x.js', 'package.json', 'attest.js', 'specs.md.txt'])(
  '%s is none',
  (file) => {
    expect(isOwnTest(file, undefined)).toBe(false);
  },
);

it('what a scenario names counts, and nothing else', () => {
  const said = ['checks/', 'verify.js'];
  expect(['checks/a.js', 'verify.js', 'test/a.js', 'checks.js'].filter((file) => isOwnTest(file, said))).toEqual([
    'checks/a.js',
    'verify.js',
  ]);
});
