import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { installedPackages } from './packages-behind.js';

it('looks as deep below each package as below every other, in whichever order they are met', async () => {
  const root = await temporaryFolder();
  const needs: Readonly<Record<string, readonly string[]>> = { a: ['b'], b: ['c'], c: ['d', 'a'], d: [] };
  for (const [name, needed] of Object.entries(needs)) {
    const folder = path.join(root, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    const dependencies = Object.fromEntries(needed.map((each) => [each, '*']));
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', dependencies }));
  }
  const module = path.join(root, 'module.js');
  await writeFile(module, '');
  const found = await Promise.all(
    [['a', 'b'] as const, ['b', 'a'] as const].map((names) => installedPackages(module, names, 1)),
  );
  expect(found).toEqual([
    ['a@1.0.0', 'b@1.0.0', 'c@1.0.0'],
    ['a@1.0.0', 'b@1.0.0', 'c@1.0.0'],
  ]);
  expect(await installedPackages(module, ['a'])).toHaveLength(4);
});
