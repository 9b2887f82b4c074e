import { trustedPath } from '@codex-orch/core';
import type { CodexHome } from './codex-home.js';

const allowed = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TERM',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CODEX_CA_CERTIFICATE',
  // Windows finds neither its libraries nor the user's folders without these.
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
]);

const proxies = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']);

export interface ChildEnvironmentOptions {
  readonly home: CodexHome;
  /** The environment to choose from, usually `process.env`. */
  readonly from: Readonly<Record<string, string | undefined>>;
  /** Set as they are, after all else. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/**
 * The environment for a Codex process: what a command line program needs, CODEX_HOME and the provider's key, and nothing else.
 *
 * HOME stays the user's own: shells and toolchains break without it, and what Codex keeps is in CODEX_HOME.
 */
export function childEnvironment({ home, from, extra }: ChildEnvironmentOptions): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const upper = name.toUpperCase();
    if (allowed.has(upper) || proxies.has(upper) || name.startsWith('LC_')) env[name] = value;
  }
  for (const name of home.keyVariables) {
    const value = from[name];
    if (value !== undefined) env[name] = value;
  }
  // Codex and toolchains look programs up by name while they work in a repository.
  if (env['PATH'] !== undefined) env['PATH'] = trustedPath(env['PATH']);
  return { ...env, CODEX_HOME: home.dir, ...extra };
}
