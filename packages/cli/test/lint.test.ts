import type { LintReport } from '@codex-orch/core';
import type { Scene } from '@codex-orch/replay';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builder, manager, planner, reviewer, sample, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make({
    ...sample,
    'src/old.js': 'export const old = () => console.log(process.env);\n',
    // It would turn every rule off, and leave its mark, if anybody loaded it.
    'eslint.config.js': `import { writeFileSync } from 'node:fs';\nwriteFileSync('loaded', '');\nexport default [];\n`,
  });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const leak = `*** Begin Patch
*** Update File: src/old.js
@@
-export const old = () => console.log(process.env);
+export const older = 1;
+export const old = () => console.log(process.env);
+/* eslint-disable */
+export const young = (error) => console.error('it failed', error, process.env);
*** End Patch`;

const without = `*** Begin Patch
*** Update File: src/old.js
@@
-/* eslint-disable */
-export const young = (error) => console.error('it failed', error, process.env);
+export const young = (error) => console.error('it failed', error);
*** End Patch`;

const lint = { tests: { lint: 'report' } } as const;

const lintOf = async (): Promise<LintReport> => {
  const { taskId, runId } = await world.manifest();
  return JSON.parse(await world.read(`.runs/${taskId}/${runId}/lint.json`)) as LintReport;
};

const told: Scene = {
  ...reviewer(),
  when: {
    agent: 'You are the reviewer',
    input: 'New findings of lint rules.*src/old.js:4 \\[@codex-orch/no-env-dump\\]',
  },
};

it('tells the reviewer what lint rules find in the change and not in the base, whatever the repository says', async () => {
  await world.model([planner(), builder(1, { applyPatch: leak }, say), told], lint);

  const run = await world.run('run', 'say more');

  expect(run.code, run.err).toBe(3);
  expect(run.err).toContain('lint src/old.js:4');
  expect(await lintOf()).toMatchObject({
    mode: 'report',
    fileCount: 1,
    newCount: 1,
    oldCount: 1,
    findings: [{ rule: '@codex-orch/no-env-dump', path: 'src/old.js', line: 4 }],
    error: null,
  });
  const manifest = await world.manifest();
  expect(manifest.artifacts.map(({ kind }) => kind)).toContain('lint');
  expect(manifest.diff?.files.map(({ path: file }) => file)).toEqual(['src/old.js']);
  expect((await world.run('runs', 'verify')).out).toContain('intact');
});

it('sends the change back to the builder where a repository wants its tests to fail on findings', async () => {
  await world.write({ 'codex-orch.config.json': JSON.stringify({ tests: { lint: 'fail' } }) });
  await world.model(
    [
      planner(),
      builder(1, { applyPatch: leak }, say),
      manager('builder'),
      {
        scene: 'builder mends',
        when: { input: 'This is attempt 2.*src/old.js:4 \\[@codex-orch/no-env-dump\\]' },
        steps: [{ applyPatch: without }, say],
      },
      reviewer(),
    ],
    lint,
  );

  const run = await world.run('run', 'say more');

  expect(run.code, run.err).toBe(3);
  expect(run.err).toContain('back to the builder');
  expect(await lintOf()).toMatchObject({ mode: 'fail', newCount: 0, oldCount: 1 });
});

it('leaves the rules out where the user has turned them off', async () => {
  await world.model([planner(), builder(1, { applyPatch: leak }, say), reviewer()], { tests: { lint: 'off' } });

  const run = await world.run('run', 'say more');

  expect(run.code, run.err).toBe(3);
  expect((await world.manifest()).artifacts.map(({ kind }) => kind)).not.toContain('lint');
});

it('names a changed file that the rules cannot read', async () => {
  await world.model(
    [
      planner(),
      builder(1, { shell: `printf 'export const = ;' > src/broken.js; ln -s broken.js src/link.js` }, say),
      reviewer(),
    ],
    lint,
  );

  const run = await world.run('run', 'break it');

  expect(run.code, run.err).toBe(3);
  expect((await lintOf()).skipped).toMatchObject([
    { path: 'src/broken.js', message: expect.stringContaining('Parsing error') as string },
    { path: 'src/link.js' },
  ]);
});
