import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestModule } from '@codex-orch/learning-library';
import { expect, it } from 'vitest';
import { type EvaluatedAsset, libraryAsset, runEvaluation } from '../src/index.js';
import { replacing } from './assets.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

/** A codemod of the library, on the disk. */
async function varToLet(folder: string): Promise<EvaluatedAsset> {
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
  return libraryAsset({
    ...{ id: 'var-to-let', version: '1.0.0', module, sha256: await digestModule(module) },
    ...{ prefilter: ['var '], languages: ['javascript'], idempotent: true },
  });
}

it('an asset is another one once the runner, a parser or what these need is upgraded', async () => {
  const folder = await temporaryFolder();
  const install = async (name: string, version: string, needs: object = {}): Promise<void> => {
    const place = path.join(folder, 'node_modules', name);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'package.json'), JSON.stringify({ name, version, ...needs }));
  };
  const module = path.join(folder, 'codemod.mjs');
  await writeFile(module, "import { edit } from './edit.mjs';\nexport default edit;\n");
  await writeFile(path.join(folder, 'edit.mjs'), 'import{parse}from"@some/parser/fast";export const edit=parse;\n');
  await install('@some/parser', '1.0.0', { dependencies: { tokens: '*' }, peerDependencies: { gone: '*' } });
  await install('tokens', '2.0.0');
  await install('other', '3.0.0');
  const digest = async (): Promise<string> => {
    const given = { id: 'edit', version: '1.0.0', module, sha256: await digestModule(module) };
    return (await libraryAsset({ ...given, prefilter: [], languages: ['javascript'], idempotent: true })).digest;
  };
  const before = await digest();
  expect(before).toMatch(/ jscodeshift@\d.* oxc-parser@\d/);
  // What jscodeshift itself parses and prints with.
  for (const name of ['recast', '@babel/parser']) expect(before).toContain(` ${name}@`);
  await install('other', '3.0.1');
  expect(await digest()).toBe(before);
  await install('tokens', '2.0.1');
  const upgraded = await digest();
  expect(upgraded).not.toBe(before);
  await install('@some/parser', '1.1.0');
  expect(await digest()).not.toBe(upgraded);
});

it.runIf(process.platform === 'linux')('an asset is applied and taken back by the learning library', async () => {
  const folder = await temporaryFolder();
  const { placed, source } = await smallTarget(folder);
  const evaluation = await runEvaluation({
    id: 'library',
    runsDir: path.join(folder, 'runs'),
    targets: [placed],
    assets: [await varToLet(folder)],
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

it.runIf(process.platform === 'linux')(
  'what the tests of a target plant among its files runs nothing outside of their sandbox',
  async () => {
    const folder = await temporaryFolder();
    const escaped = path.join(folder, 'escaped');
    const planting = `
      const fs = require('node:fs');
      require('..');
      fs.mkdirSync('.git/info', { recursive: true });
      fs.mkdirSync('.git/objects', { recursive: true });
      fs.mkdirSync('.git/refs', { recursive: true });
      fs.writeFileSync('.git/HEAD', 'ref: refs/heads/main\\n');
      fs.writeFileSync('.git/config', '[core]\\n\\tfsmonitor = touch ${escaped}\\n[filter "x"]\\n\\tclean = touch ${escaped}; cat\\n');
      fs.writeFileSync('.git/info/attributes', '* filter=x\\n');
      try { fs.symlinkSync(${JSON.stringify(folder)}, '.runs'); } catch {}
      console.log('ok 1 - it was planted\\n1..1');`;
    const { placed, source } = await smallTarget(folder, { files: { 'test/index.js': planting } });
    const before = await readdir(folder);
    const evaluation = await runEvaluation({
      ...{ id: 'planted', runsDir: path.join(folder, 'runs'), targets: [placed], sandbox: testSandbox(), source },
      ...{ assets: [replacing('other', 'x = 1', 'x = 2'), await varToLet(folder)], env: npmEnvironment(folder) },
    });
    expect(evaluation.pairs.map(({ asset, verdict }) => [asset, verdict])).toEqual([
      ['other', 'passed'],
      ['var-to-let', 'passed'],
    ]);
    expect((await readdir(folder)).sort()).toEqual([...before, 'codemod.mjs', 'runs'].sort());
  },
);
