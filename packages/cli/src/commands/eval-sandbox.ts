import { existsSync } from 'node:fs';
import path from 'node:path';
import { OrchError } from '@codex-orch/core';
import { bubblewrapSandbox, EvalSandboxError, proveSandbox, type Sandbox } from '@codex-orch/eval-harness';
import { locateCodex, type LocateOptions } from '@codex-orch/mcp-adapter';

/**
 * A sandbox that confines on this machine, by the system's bubblewrap or by the one that comes with Codex.
 *
 * Throws {@link EvalSandboxError}.
 */
export async function workingSandbox(codex: LocateOptions, signal: AbortSignal): Promise<Sandbox> {
  if (process.platform !== 'linux') throw new EvalSandboxError('bubblewrap, which confines them, is for Linux.');
  // The system's first, as distributions allow namespaces to that one alone.
  const programs = ['/usr/bin/bwrap', ...besideCodex(codex)].filter((file) => existsSync(file));
  let failure = new EvalSandboxError('there is no bubblewrap, neither at /usr/bin/bwrap nor beside Codex.');
  for (const program of programs) {
    const sandbox = bubblewrapSandbox(program);
    try {
      await proveSandbox(sandbox, signal);
      return sandbox;
    } catch (error) {
      if (!(error instanceof EvalSandboxError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

function besideCodex(codex: LocateOptions): string[] {
  try {
    return [path.join(path.dirname(locateCodex(codex).binary), '../codex-resources/bwrap')];
  } catch (error) {
    // An evaluation needs no Codex where the system has a bubblewrap.
    if (error instanceof OrchError) return [];
    throw error;
  }
}
