import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import type { CodexLaunch } from '../binary/launch.js';

export interface SandboxReport {
  /** True only when a write in the work folder succeeded and one beside it was refused. */
  readonly working: boolean;
  readonly detail: string;
}

const timeoutMs = 20_000;

/**
 * Tries whether Codex's sandbox really confines commands on this machine, with `codex sandbox`. Needs no model.
 *
 * Throws when Codex cannot be started or `signal` aborts.
 */
export async function probeSandbox(
  launch: CodexLaunch,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SandboxReport> {
  if (process.platform === 'win32')
    return { working: false, detail: 'Codex on Windows has no sandbox that can be tried this way.' };
  const folder = await mkdtemp(path.join(launch.home.dir, 'sandbox-probe-'));
  try {
    const inside = path.join(folder, 'inside');
    const outside = path.join(folder, 'outside');
    await Promise.all([mkdir(inside), mkdir(outside)]);
    const writes = async (file: string) => {
      const args = ['sandbox', '--config', 'sandbox_mode="workspace-write"', '--', 'touch', file];
      const result = await runCommand(launch.binary, args, { cwd: inside, env: launch.env, timeoutMs, signal });
      signal?.throwIfAborted();
      const written = await stat(file).then(
        () => true,
        () => false,
      );
      return { written, said: result.stderr.toString('utf8').trim().slice(-500) };
    };
    const allowed = await writes(path.join(inside, 'file'));
    const forbidden = await writes(path.join(outside, 'file'));
    if (forbidden.written) return { working: false, detail: 'A command in the sandbox wrote outside its work folder.' };
    if (!allowed.written)
      return { working: false, detail: `A command in the sandbox could not write to its work folder: ${allowed.said}` };
    return { working: true, detail: 'Commands can write to their work folder and not beside it.' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
