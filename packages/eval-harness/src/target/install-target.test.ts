import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { installTarget } from './install-target.js';
import type { Target } from './target.js';

it('runs no script of what it installs', async () => {
  const [configDir, cacheDir] = [await temporaryFolder(), await temporaryFolder()];
  const own = { name: 'needs', version: '1.0.0' };
  const mark = path.join(cacheDir, 'ran');
  const scripts = { preinstall: `touch ${mark}`, install: `touch ${mark}`, postinstall: `touch ${mark}` };
  await writeFile(path.join(configDir, 'package.json'), JSON.stringify({ ...own, scripts }));
  const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': { ...own, hasInstallScript: true } } };
  await writeFile(path.join(configDir, 'package-lock.json'), JSON.stringify(lock));
  const env = { PATH: process.env['PATH'] ?? '', HOME: configDir };
  const modules = await installTarget({ target: { name: 'small' } as Target, configDir }, { cacheDir, env });
  expect(path.basename(modules)).toBe('node_modules');
  expect(await readdir(cacheDir)).toEqual(['installs']);
});
