import type { AuthReport } from '@codex-orch/core';
import { runCommand } from '@codex-orch/core';
import type { CodexHome } from '../home/codex-home.js';

/** A Codex that is ready to be started. */
export interface CodexLaunch {
  /** Absolute path of the platform binary. */
  readonly binary: string;
  readonly version: string;
  readonly home: CodexHome;
  /** The child's whole environment, as {@link childEnvironment} makes it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether a provider of the user's own answers the question of credentials; undefined when it is Codex's login that counts. */
export function providerAuth({ home, env }: CodexLaunch): AuthReport | undefined {
  const { provider } = home;
  if (!provider) return undefined;
  if (provider.envKey === undefined) return { state: 'not-needed', method: provider.name };
  if (env[provider.envKey]) return { state: 'logged-in', method: provider.name };
  return {
    state: 'logged-out',
    method: provider.name,
    detail: `The environment variable ${provider.envKey} is not set.`,
  };
}

/** Asks `codex login status`, which sends nothing. */
export async function loginStatus(launch: CodexLaunch): Promise<AuthReport> {
  const known = providerAuth(launch);
  if (known) return known;
  const { exitCode, stdout, stderr } = await runCommand(launch.binary, ['login', 'status'], {
    cwd: launch.home.dir,
    env: launch.env,
    timeoutMs: 20_000,
  });
  const said = `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
  if (exitCode === 0) {
    const method = /chatgpt/i.test(said) ? 'chatgpt' : /api key/i.test(said) ? 'apikey' : undefined;
    return { state: 'logged-in', ...(method && { method }) };
  }
  if (/not logged in/i.test(said)) return { state: 'logged-out', detail: 'Run "codex login".' };
  return { state: 'unknown', detail: said.trim().slice(-500) };
}
