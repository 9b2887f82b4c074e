import type { CodexDriver } from '@codex-orch/core';
import { AppServerDriver, type AppServerTransport } from '../app-server/index.js';
import type { CodexProbe } from '../binary/probe-codex.js';
import { ExecDriver } from '../exec/index.js';
import { childEnvironment } from '../home/environment.js';
import type { CodexHome } from '../home/codex-home.js';
import { McpServerDriver } from '../mcp-server/index.js';
import { DriverUnavailableError } from './errors.js';

/** The drivers of a Codex on this machine, the best first. */
const preference = ['app-server', 'mcp-server', 'exec'] as const;

export type LocalDriverKind = (typeof preference)[number];

export interface SelectDriverOptions {
  readonly probe: CodexProbe;
  readonly requested: 'auto' | LocalDriverKind;
  readonly home: CodexHome;
  /** The environment that the child's is chosen from, usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set in the child's environment as they are. */
  readonly extraEnv?: Readonly<Record<string, string>> | undefined;
  /** How to talk to an app-server; `stdio` by default. */
  readonly transport?: AppServerTransport | undefined;
}

/** Which driver is used, and why; kept in a run's manifest. */
export interface DriverMode {
  readonly requested: 'auto' | LocalDriverKind;
  readonly used: LocalDriverKind;
  readonly reason: string;
}

/**
 * Chooses how to reach this Codex: what was asked for, else app-server, mcp-server, exec. Starts nothing.
 *
 * Throws {@link DriverUnavailableError}.
 */
export function selectDriver(options: SelectDriverOptions): {
  readonly driver: CodexDriver;
  readonly mode: DriverMode;
} {
  const { probe, requested, home } = options;
  const { appServer, mcpServer, exec } = probe.drivers;
  const present = preference.filter((kind) => ({ 'app-server': appServer, 'mcp-server': mcpServer, exec })[kind]);
  const used = requested === 'auto' ? present[0] : present.find((kind) => kind === requested);
  if (used === undefined) throw new DriverUnavailableError(requested, probe, present);
  const missing = preference.slice(0, preference.indexOf(used));
  const reason =
    requested !== 'auto'
      ? `asked for; Codex ${probe.version} has it`
      : missing.length === 0
        ? `the best that Codex ${probe.version} has`
        : `Codex ${probe.version} has no ${missing.join(' and no ')}`;
  const env = childEnvironment({ home, from: options.env, extra: options.extraEnv });
  const launch = { binary: probe.binary, version: probe.version, home, env };
  const make: Record<LocalDriverKind, () => CodexDriver> = {
    'app-server': () => new AppServerDriver(launch, { transport: options.transport }),
    'mcp-server': () => new McpServerDriver(launch),
    exec: () => new ExecDriver(launch),
  };
  return { driver: make[used](), mode: { requested, used, reason } };
}
