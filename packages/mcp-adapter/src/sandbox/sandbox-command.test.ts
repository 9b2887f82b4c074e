import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sandboxCommand } from './sandbox-command.js';

it('gives who sets up the sandbox no key, and whoever runs in it what was asked for alone', async () => {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'sandbox-command-')));
  onTestFinished(() => rm(root, { recursive: true }));
  const env = { PATH: '/bin', HOME: root, MODEL_KEY: 'a secret' };
  const launch = { binary: '/codex', version: '0', home: { dir: root, keyVariables: ['MODEL_KEY'] }, env };
  const wanted = { cwd: root, command: ['true'], env: { ONLY: 'this' }, network: false };
  const started = await sandboxCommand(launch, wanted);
  expect(Object.keys(started.env).sort()).toEqual(['CODEX_HOME', 'HOME', 'PATH', 'TMPDIR']);
  expect(JSON.stringify(started)).not.toContain('a secret');
  expect(started.args.slice(started.args.indexOf('/usr/bin/env'))).toEqual(['/usr/bin/env', '-i', 'ONLY=this', 'true']);
});
