import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DiskFullError, exists, makeScratchFolder, runCommand } from '@codex-orch/core';
import type { CodexLaunch } from '../binary/launch.js';
import { sandboxCommand } from './sandbox-command.js';

export interface SandboxReport {
  /** True only when a write in the work folder succeeded, one beside it was refused, and a hidden file could not be read. */
  readonly working: boolean;
  readonly detail: string;
  /** For {@link sandboxCommand}, where it works. */
  readonly bubblewrap?: string;
}

// It takes a moment; a machine that is very busy must not be taken for one without a sandbox.
const timeoutMs = 60_000;

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
  let report: SandboxReport | undefined;
  for (const bubblewrap of [...bubblewraps(launch), undefined]) {
    report = await attempt(launch, bubblewrap, signal);
    if (report.working) return report;
  }
  return report as SandboxReport;
}

/** The system's comes first, as distributions allow namespaces to that one alone; Codex prefers it too. */
function bubblewraps({ binary }: CodexLaunch): string[] {
  if (process.platform !== 'linux') return [];
  const bundled = path.join(path.dirname(binary), '../codex-resources/bwrap');
  return ['/usr/bin/bwrap', bundled].filter((file) => existsSync(file));
}

async function attempt(
  launch: CodexLaunch,
  bubblewrap: string | undefined,
  signal: AbortSignal | undefined,
): Promise<SandboxReport> {
  const folder = await makeScratchFolder('sandbox-probe', launch.home.dir);
  try {
    const [inside, outside, hidden] = ['inside', 'outside', 'hidden'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await Promise.all([mkdir(inside), mkdir(outside), writeFile(hidden, 'a secret')]);
    const script = 'cat "$1"; touch "$2/file"; touch "$3/file"';
    const { file, args, env } = await sandboxCommand(launch, {
      cwd: inside,
      command: ['/bin/sh', '-c', script, 'sh', hidden, inside, outside],
      env: { PATH: launch.env['PATH'] ?? '' },
      network: false,
      hidden: [hidden],
      bubblewrap,
    });
    const result = await runCommand(file, args, { cwd: inside, env, timeoutMs, signal });
    signal?.throwIfAborted();
    const said = result.stderr.toString('utf8').trim().slice(-500);
    const [allowed, escaped] = await Promise.all([inside, outside].map((at) => exists(path.join(at, 'file'))));
    if (escaped) return { working: false, detail: 'A command in the sandbox wrote outside its work folder.' };
    if (!allowed && /No space left on device|Disk quota exceeded/.test(said))
      throw new DiskFullError(folder, Object.assign(new Error(said), { code: 'ENOSPC' }));
    if (!allowed)
      return { working: false, detail: `A command in the sandbox could not write to its work folder: ${said}` };
    if (result.stdout.length > 0)
      return { working: false, detail: 'A command in the sandbox read a file that was hidden from it.' };
    return {
      working: true,
      detail: 'Commands can write to their work folder and not beside it.',
      ...(bubblewrap !== undefined && { bubblewrap }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
