import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import { prepareCheckout } from './prepare-checkout.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-checkout-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('writes into nothing that a target links to', async () => {
  const tree = path.join(root, 'tree');
  await mkdir(tree);
  await writeFile(path.join(tree, 'index.js'), 'module.exports = 1;\n');
  await writeFile(path.join(root, 'mine'), 'mine\n');
  await symlink('../mine', path.join(tree, '.gitignore'));
  const target = { name: 'one', version: '1.0.0', refreshedAt: '2026-01-02' };
  const copyModules = (to: string) => mkdir(to);
  await prepareCheckout({ tree, target, copyModules } as unknown as TargetWorkspace, path.join(root, 'checkout'));
  expect(await readFile(path.join(root, 'mine'), 'utf8')).toBe('mine\n');
  const ignored = path.join(root, 'checkout', '.gitignore');
  expect((await lstat(ignored)).isFile()).toBe(true);
  expect(await readFile(ignored, 'utf8')).toBe('node_modules\n');
});
