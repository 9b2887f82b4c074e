import { OrchError } from '@codex-orch/core';
import type { CodexProbe } from '../binary/probe-codex.js';

/** The installed Codex lacks the entry point that was asked for. */
export class DriverUnavailableError extends OrchError {
  readonly code = 'driver-unavailable';
  override readonly interrupts = true;

  constructor(requested: string, { binary, version }: CodexProbe, present: readonly string[]) {
    super(
      `Codex ${version} (${binary}) has no ${requested === 'auto' ? 'entry point that can be driven' : requested}; it has: ${present.join(', ') || 'nothing'}.`,
      {
        hint:
          requested === 'mcp-server'
            ? 'Codex 0.154.0 removed mcp-server; use "app-server" or "auto".'
            : 'Use "auto", or install another version of Codex.',
      },
    );
  }
}
