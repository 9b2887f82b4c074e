import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { guardedBy } from '@codex-orch/core';
import { expect, onTestFinished, test } from 'vitest';
import { runTestCommands, type RunTestCommandsOptions } from './run-test-commands.js';

const node = (script: string) => [process.execPath, '-e', script];

async function run(commands: string[][], more: Partial<RunTestCommandsOptions> = {}) {
  const runDir = await mkdtemp(path.join(tmpdir(), 'roles-'));
  onTestFinished(() => rm(runDir, { recursive: true }));
  const report = await runTestCommands({
    cwd: runDir,
    commands,
    launch: ([file = '', ...args]) => ({ file, args, env: { KEPT: 'yes' } }),
    runDir,
    logPrefix: 'tests/1',
    ...more,
  });
  return { report, log: (name: string) => readFile(path.join(runDir, name), 'utf8') };
}

test('all commands run, and all must exit with 0 to pass', async () => {
  const { report, log } = await run([
    node('console.log("# pass 4\\n# fail 0\\n# skipped 1")'),
    node('console.error("boom"); process.exit(3)'),
    node(''),
  ]);

  expect(report).toMatchObject({
    passed: false,
    reason: null,
    commands: [
      {
        exitCode: 0,
        counts: { passed: 4, failed: 0, skipped: 1 },
        log: 'tests/1-1.log',
        tail: '# pass 4\n# fail 0\n# skipped 1\n',
      },
      { exitCode: 3, counts: null, log: 'tests/1-2.log', tail: 'boom\n' },
      { exitCode: 0, tail: '' },
    ],
  });
  expect(await log('tests/1-2.log')).toBe('boom\n');
});

test('commands that all exit with 0 pass', async () => {
  expect((await run([node(''), node('')])).report.passed).toBe(true);
});

test('nothing to run is not passed, and says so', async () => {
  expect((await run([])).report).toEqual({
    passed: false,
    commands: [],
    reason: expect.stringContaining('No test command') as string,
  });
});

test('only the given environment reaches a command', async () => {
  const { report } = await run([
    node('console.log(Object.keys(process.env).filter((name) => !name.startsWith("__")).join())'),
  ]);

  // By the mark a command is found again when this process is killed.
  expect(report.commands[0]?.tail).toBe(`KEPT,${Object.keys(guardedBy).join()}\n`);
});

test('a command that hangs is ended at its time limit', async () => {
  const { report } = await run([node('setInterval(() => {}, 1000)')], { timeoutMs: 300 });

  expect(report).toMatchObject({ passed: false, commands: [{ exitCode: null, timedOut: true }] });
});

test('a command that cannot be started is a failed test, with the reason in its log', async () => {
  const { report, log } = await run([['./no-such-program']]);

  expect(report).toMatchObject({
    passed: false,
    commands: [{ exitCode: 127, tail: expect.stringContaining('does not exist') as string }],
  });
  expect(await log('tests/1-1.log')).toContain('./no-such-program');
});

test('of much output the tail is kept and the whole goes into the log', async () => {
  const { report, log } = await run([
    node('for (let i = 0; i < 100000; i++) console.log("line", i); console.log("# pass 9\\n# fail 1\\n# skipped 0")'),
  ]);

  expect(report.commands[0]).toMatchObject({ counts: { passed: 9, failed: 1 } });
  expect(report.commands[0]?.tail.length).toBeLessThanOrEqual(8192);
  expect((await log('tests/1-1.log')).split('\n')).toHaveLength(100_004);
});

test('an abort is not reported as failed tests', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped');
  setTimeout(() => {
    controller.abort(reason);
  }, 100);

  await expect(run([node('setInterval(() => {}, 1000)')], { signal: controller.signal })).rejects.toBe(reason);
});
