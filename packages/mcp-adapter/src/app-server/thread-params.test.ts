import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepsApprovedInside } from '../home/permission-profiles.js';
import { threadParams, turnParams } from './thread-params.js';

const home = { dir: '/home', keyVariables: [] };
const options = { cwd: '/work', sandbox: 'workspace-write', approvalPolicy: 'on-request' } as const;

it('lets a turn that may write neither reach the network nor write where others do', () => {
  expect(turnParams('Go.', options, {}, home)['sandboxPolicy']).toEqual({
    type: 'workspaceWrite',
    writableRoots: [],
    networkAccess: false,
    excludeTmpdirEnvVar: true,
    excludeSlashTmp: true,
  });
  expect(turnParams('Go.', { ...options, sandbox: 'read-only' }, {}, home)).not.toHaveProperty('sandboxPolicy');
});

it('names a profile in place of a sandbox where the home has them', () => {
  const params = turnParams('Go.', options, {}, { ...home, confined: true });
  expect(params).toMatchObject({ permissions: 'codex-orch-workspace-write' });
  expect(params).not.toHaveProperty('sandboxPolicy');
});

it('opens a thread that may only read, in a folder that is trusted under none of its names', async () => {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'thread-')));
  onTestFinished(() => rm(root, { recursive: true }));
  const cwd = path.join(root, 'repo', 'packages', 'one');
  await mkdir(cwd, { recursive: true });
  await mkdir(path.join(root, 'repo', '.git'));
  const link = path.join(root, 'link');
  await symlink(cwd, link);
  const untrusted = { trust_level: 'untrusted' };
  expect(await threadParams({ ...options, cwd: link }, home)).toMatchObject({
    sandbox: 'read-only',
    config: { projects: { [link]: untrusted, [cwd]: untrusted, [path.join(root, 'repo')]: untrusted } },
  });
});

it('knows the versions of Codex that keep an approved command in a sandbox that hides something', () => {
  expect(['0.151.0', '0.155.0', '0.163.0', '0.169.0', '1.0.0'].map(keepsApprovedInside)).toEqual([
    ...[true, true],
    ...[false, false, false],
  ]);
});
