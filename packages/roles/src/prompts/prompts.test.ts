import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Briefing } from '@codex-orch/core';
import { expect, onTestFinished, test } from 'vitest';
import { builderPrompt } from './builder.js';
import { plannerPrompt } from './planner.js';
import { reviewerPrompt } from './reviewer.js';

const folder = async () => {
  const made = await mkdtemp(path.join(tmpdir(), 'roles-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
};

const brief = (more: Partial<Briefing> = {}): Briefing => ({
  goal: 'Say hello',
  cwd: '/nowhere',
  plan: undefined,
  subtask: { id: 'greet', title: 'Greet', instructions: 'Write a greeting.', paths: ['greet.txt'] },
  revision: 0,
  threadId: undefined,
  tests: undefined,
  review: undefined,
  problem: undefined,
  readDiff: () => Promise.resolve('+hello'),
  listFiles: () => Promise.resolve('greet.txt'),
  ...more,
});

test('the planner sees the goal, the files and the beginning of the README', async () => {
  const cwd = await folder();
  await writeFile(path.join(cwd, 'README.md'), `# Greeter${'x'.repeat(10_000)}`);

  const prompt = await plannerPrompt(brief({ cwd }));

  expect(prompt).toMatch(/# Goal\nSay hello[\s\S]*greet\.txt[\s\S]*# Greeter/);
  expect(prompt.length).toBeLessThan(6000);
});

test('a README that links out of the repository is not read', async () => {
  const [cwd, outside] = [await folder(), await folder()];
  await writeFile(path.join(outside, 'secret'), 'PRIVATE KEY');
  await symlink(path.join(outside, 'secret'), path.join(cwd, 'README.md'));

  expect(await plannerPrompt(brief({ cwd }))).not.toContain('PRIVATE KEY');
});

test('the builder is told what failed before', () => {
  const prompt = builderPrompt(
    brief({
      revision: 1,
      problem: 'The tests failed.',
      tests: {
        passed: false,
        commands: [
          {
            command: ['npm', 'test'],
            exitCode: 1,
            timedOut: false,
            durationMs: 1,
            counts: { passed: 3, failed: 1, skipped: 0 },
            log: 'l',
            tail: 'expected 1 to be 2',
          },
        ],
        reason: null,
      },
      review: {
        verdict: 'revise',
        summary: 'Nearly.',
        findings: [{ severity: 'major', file: 'greet.txt', line: 3, message: 'Misspelt.' }],
      },
    }),
    'fresh',
  );

  for (const part of [
    'Write a greeting.',
    'attempt 2',
    'The tests failed.',
    'exited with 1; 3 passed, 1 failed',
    'expected 1 to be 2',
    '[major] greet.txt:3 Misspelt.',
  ]) {
    expect(prompt).toContain(part);
  }
});

test('the reviewer sees the diff as quoted material and knows when there is none', async () => {
  expect(await reviewerPrompt(brief())).toMatch(/<untrusted what="diff" id="\w+">\n\+hello\n<\/untrusted/);
  expect(await reviewerPrompt(brief({ readDiff: () => Promise.resolve('') }))).toContain('Nothing was changed.');
});
