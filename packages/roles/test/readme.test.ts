import { readFile } from 'node:fs/promises';
import type { CodexDriver } from '@codex-orch/core';
import { expect, test } from 'vitest';
import { nextStep } from './readme-example.js';
import { passing, plan, request, responsesAt, scripted } from './world.js';

const driver = {} as CodexDriver;

test('the example of the README does what it says', async () => {
  const model = responsesAt((await scripted({ scene: 'plan', steps: [{ json: plan }] })).baseUrl);
  const runTests = () => Promise.resolve(passing);

  expect(await nextStep(model, driver, runTests, request(['planner']))).toBe('1 subtask(s) planned');
  expect(await nextStep(model, driver, runTests, request(['tester']))).toBe('tests pass');
});

test('the README shows the example as it is', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme-example.ts'].map((file) => readFile(new URL(file, import.meta.url), 'utf8')),
  );

  expect(readme).toContain(example?.replace('../src/index.js', '@codex-orch/roles'));
});
