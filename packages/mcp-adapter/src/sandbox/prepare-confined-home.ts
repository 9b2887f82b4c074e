import type { CodexLaunch } from '../binary/launch.js';
import type { CodexProbe } from '../binary/probe-codex.js';
import { type CodexHomeOptions, prepareCodexHome } from '../home/codex-home.js';
import { childEnvironment } from '../home/environment.js';
import { probeSandbox, type SandboxReport } from './probe-sandbox.js';

export interface ConfinedHomeOptions extends Omit<CodexHomeOptions, 'confine'> {
  readonly codex: Pick<CodexProbe, 'binary' | 'version'>;
  /** The environment that Codex's is chosen from; its HOME is where credentials are looked for. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths that commands must not read either. Those that do not exist are left out. */
  readonly hidden: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface ConfinedHome {
  /** A Codex without the provider's key; `launch.home.confined` tells whether credentials are out of reach. */
  readonly launch: CodexLaunch;
  readonly sandbox: SandboxReport;
}

/**
 * Makes a private CODEX_HOME whose commands cannot read credentials, where Codex's sandbox can do that on this machine; that is
 * tried first. Otherwise its commands are confined by Codex's sandbox mode alone, and can read what the user can.
 *
 * Throws `CodexHomeError`, and what {@link probeSandbox} throws.
 */
export async function prepareConfinedHome({
  codex,
  env,
  hidden,
  signal,
  ...options
}: ConfinedHomeOptions): Promise<ConfinedHome> {
  const plain = await prepareCodexHome(options);
  const { binary, version } = codex;
  const launch = { binary, version, home: plain, env: childEnvironment({ home: plain, from: env }) };
  const sandbox = await probeSandbox(launch, { signal });
  if (!sandbox.working) return { launch, sandbox };
  const confine = { userHome: launch.env['HOME'], hidden };
  const home = await prepareCodexHome({ ...options, redactor: undefined, confine });
  return { launch: { ...launch, home }, sandbox };
}
