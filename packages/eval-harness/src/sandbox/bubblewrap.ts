import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { makeScratchFolder, removeTree, runCommand } from '@codex-orch/core';
import { EvalSandboxError } from './errors.js';
import type { Sandbox, SandboxRequest } from './sandbox.js';

/** What programs need to run. Homes, work folders, and the sockets of services in /run are not among them. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc', '/opt', '/nix/store', '/gnu/store'];

/**
 * Linux namespaces by bubblewrap: no network but an empty loopback, processes of its own that end with the command, and of the
 * file system what programs need, read-only, beside the folders of the request. `/tmp` is empty, and gone with the command.
 */
export function bubblewrapSandbox(program: string): Sandbox {
  return {
    name: 'bubblewrap',
    wrap: async ({ cwd, command, env, writable, readOnly, mounts: seen = [] }) => ({
      file: program,
      args: [
        ...['--die-with-parent', '--new-session', '--unshare-all', '--cap-drop', 'ALL'],
        ...mounts().flatMap((folder) => ['--ro-bind', folder, folder]),
        ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
        ...[cwd, ...writable].flatMap((folder) => ['--bind', folder, folder]),
        ...readOnly.flatMap((folder) => ['--ro-bind', folder, folder]),
        ...seen.flatMap(({ from, at }) => ['--ro-bind', from, at]),
        // What lies between the mounts is of memory, and a write to it should fail rather than be lost.
        ...['--remount-ro', '/', '--chdir', cwd, '--', ...command],
      ],
      env,
    }),
  };
}

const mounts = (): string[] => {
  const there = system.filter((folder) => existsSync(folder));
  // Node itself may live elsewhere, e.g. in a home.
  const node = path.dirname(path.dirname(process.execPath));
  return there.some((folder) => node === folder || node.startsWith(`${folder}/`)) ? there : [...there, node];
};

/** Tries whether a sandbox confines: throws {@link EvalSandboxError} unless a write beside the folder and a connection fail. */
export async function proveSandbox(sandbox: Sandbox, signal?: AbortSignal): Promise<void> {
  const folder = await makeScratchFolder('eval-sandbox');
  try {
    const [inside, outside] = [path.join(folder, 'inside'), path.join(folder, 'outside')];
    await Promise.all([mkdir(inside), mkdir(outside)]);
    const request: SandboxRequest = {
      cwd: inside,
      command: [process.execPath, '-e', probe, path.join(outside, 'file'), path.join(inside, 'file')],
      env: { PATH: '/usr/bin:/bin' },
      writable: [],
      readOnly: [],
    };
    const { file, args, env } = await sandbox.wrap(request);
    const result = await runCommand(file, args, { cwd: inside, env, timeoutMs: 60_000, signal });
    signal?.throwIfAborted();
    if (existsSync(path.join(outside, 'file'))) throw new EvalSandboxError('a command wrote outside its folder.');
    if (!existsSync(path.join(inside, 'file')))
      throw new EvalSandboxError(`a command could not write to its own folder: ${result.stderr.toString().trim()}`);
    const said = result.stdout.toString().trim();
    if (said !== '') throw new EvalSandboxError(`a command saw the network interfaces ${said}.`);
  } catch (error) {
    if (error instanceof EvalSandboxError || signal?.aborted) throw error;
    throw new EvalSandboxError(error instanceof Error ? error.message : String(error), error);
  } finally {
    await removeTree(folder);
  }
}

const probe = `
const { writeFileSync } = require('node:fs');
const [, outside, inside] = process.argv;
try { writeFileSync(outside, ''); } catch {}
writeFileSync(inside, '');
const nets = Object.entries(require('node:os').networkInterfaces());
process.stdout.write(nets.filter(([, at]) => at.some((net) => !net.internal)).map(([name]) => name).join(', '));
`;
