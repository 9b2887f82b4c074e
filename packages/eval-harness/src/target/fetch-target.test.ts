import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { fetchTarget } from './fetch-target.js';
import { hashTree } from './hash-tree.js';
import { verifyConfig } from './install-target.js';
import type { Target } from './target.js';

/** A published package of one file, and its pin. */
async function world() {
  const folder = await temporaryFolder();
  const packed = path.join(folder, 'package');
  await mkdir(packed);
  await writeFile(path.join(packed, 'index.js'), 'module.exports = 1;\n');
  const tarball = path.join(folder, 'small.tgz');
  await runChecked('tar', ['-czf', tarball, '-C', folder, 'package'], { cwd: folder, env: process.env as never });
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  const origin = { kind: 'npm', package: 'small', integrity } as const;
  const target = { name: 'small', version: '1.0.0', origin, tree: await hashTree(packed) } as Target;
  let asked = 0;
  const source = { tarball: () => Promise.resolve(((asked += 1), tarball)) };
  const cacheDir = path.join(folder, 'cache');
  const fetch = (change: Partial<Target> = {}) => fetchTarget({ ...target, ...change }, { source, cacheDir });
  return { target, fetch, asked: () => asked };
}

it('takes files that are the pinned ones, once', async () => {
  const { target, fetch, asked } = await world();
  const place = await fetch();
  expect(await hashTree(place)).toBe(target.tree);
  expect(await fetch()).toBe(place);
  expect(asked()).toBe(1);
});

it('refuses another tarball, and other files in the right one', async () => {
  const { target, fetch } = await world();
  const another = { ...target.origin, integrity: `sha512-${'A'.repeat(86)}==` } as Target['origin'];
  await expect(fetch({ origin: another })).rejects.toMatchObject({ code: 'eval-target-tampered' });
  await expect(fetch({ tree: `sha256-${'0'.repeat(64)}` })).rejects.toMatchObject({ code: 'eval-target-tampered' });
});

it('fetches anew what somebody has changed in the cache', async () => {
  const { target, fetch, asked } = await world();
  const place = await fetch();
  await writeFile(path.join(place, 'index.js'), 'module.exports = 2;\n');
  expect(await hashTree(await fetch())).toBe(target.tree);
  expect(asked()).toBe(2);
});

it('refuses a configuration that is not the pinned one, or not there', async () => {
  const configDir = await temporaryFolder();
  await writeFile(path.join(configDir, 'package.json'), '{}');
  const target = { name: 'small', config: await hashTree(configDir) } as Target;
  await verifyConfig({ target, configDir });
  await writeFile(path.join(configDir, 'package.json'), '{ }');
  await expect(verifyConfig({ target, configDir })).rejects.toMatchObject({ code: 'eval-target-tampered' });
  const gone = { target, configDir: path.join(configDir, 'none') };
  await expect(verifyConfig(gone)).rejects.toMatchObject({ code: 'eval-target-tampered' });
});
