import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestModule } from '@codex-orch/learning-library';
import { expect, it } from 'vitest';
import { libraryAsset, runEvaluation } from '../src/index.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

it.runIf(process.platform === 'linux')('an asset is applied and taken back by the learning library', async () => {
  const folder = await temporaryFolder();
  const module = path.join(folder, 'codemod.mjs');
  await writeFile(
    module,
    `export const codemod = {
      id: 'var-to-let',
      prefilter: ['var '],
      transform: ({ source }) => ({
        source: source.replaceAll('var ', 'let '),
        changes: source.split('var ').length - 1,
        declined: [{ line: 1, column: 1, reason: 'no-reason', message: 'Left alone.' }],
      }),
    };`,
  );
  const { placed, source } = await smallTarget(folder);
  const asset = libraryAsset({
    ...{ id: 'var-to-let', version: '1.0.0', module, sha256: await digestModule(module) },
    ...{ prefilter: ['var '], languages: ['javascript'], idempotent: true },
  });
  const evaluation = await runEvaluation({
    id: 'library',
    runsDir: path.join(folder, 'runs'),
    targets: [placed],
    assets: [asset],
    sandbox: testSandbox(),
    source,
    env: npmEnvironment(folder),
  });
  expect(evaluation.pairs).toMatchObject([
    {
      verdict: 'passed',
      causes: [],
      files: { matched: 1, changed: 1 },
      declined: [{ path: 'lib/index.js', line: 1, reason: 'no-reason' }],
      idempotent: true,
      rollbackExact: true,
      tests: { kept: 4, total: 4 },
    },
  ]);
  expect(await readdir(path.join(folder, 'runs/library'))).not.toContain('work');
});
