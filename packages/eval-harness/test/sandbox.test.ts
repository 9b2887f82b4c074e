import { expect, it } from 'vitest';
import { bubblewrapSandbox, proveSandbox, type Sandbox } from '../src/index.js';
import { testSandbox } from './sandbox.js';

it.runIf(process.platform === 'linux')('a sandbox that confines is found to', async () => {
  await expect(proveSandbox(testSandbox())).resolves.toBeUndefined();
});

it('a sandbox that confines nothing is found out', async () => {
  const none: Sandbox = {
    name: 'none',
    wrap: async ({ command: [file, ...args], env }) => ({ file, args, env }),
  };
  await expect(proveSandbox(none)).rejects.toMatchObject({
    code: 'eval-sandbox-unavailable',
    message: /wrote outside its folder/,
  });
});

it('a machine without the program of the sandbox is told what to do', async () => {
  await expect(proveSandbox(bubblewrapSandbox('/nonexistent/bwrap'))).rejects.toMatchObject({
    code: 'eval-sandbox-unavailable',
    hint: /install bubblewrap/,
  });
});
