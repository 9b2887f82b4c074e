import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { describeEvent } from '../goal/index.js';
import { noUsage } from '../goal/events.js';
import type { TestCommandResult } from '../role/outputs.js';
import { commandsWithoutTests, parseCounts, type TestCounts } from './index.js';

const ran = (counts: TestCounts | null, exitCode = 0): TestCommandResult => ({
  command: ['npm', 'test'],
  exitCode,
  timedOut: false,
  durationMs: 1,
  counts: counts && { ...counts },
  log: 'tests/1-1.log',
  tail: '',
});

it('a run without a test passes, and is told with the event', async () => {
  const { stdout, status } = spawnSync(process.execPath, ['--test'], { cwd: await temporaryFolder(), env: {} });
  const tests = { passed: true, reason: null, commands: [ran(parseCounts(stdout), status ?? 1)] };
  expect(commandsWithoutTests(tests)).toEqual(['npm test']);
  const event = {
    type: 'tests.finished',
    data: { diffSha256: '', tests, chosenBy: 'only-legal', usage: noUsage },
  } as const;
  expect(describeEvent(event)).toMatchObject([
    { tone: 'good', more: [{ label: 'warning', text: 'no test ran in npm test' }] },
  ]);
});

it.each([
  ['all skipped', { passed: 0, failed: 0, skipped: 3 }, 0, ['npm test (3 skipped)']],
  ['one passed', { passed: 1, failed: 0, skipped: 3 }, 0, []],
  ['it failed', { passed: 0, failed: 0, skipped: 0 }, 1, []],
  ['the format is not known', null, 0, []],
])('where %s, that is said of it', (_what, counts, exitCode, expected) => {
  expect(commandsWithoutTests({ commands: [ran(counts, exitCode)] })).toEqual(expected);
});
