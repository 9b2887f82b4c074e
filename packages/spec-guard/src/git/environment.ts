import path from 'node:path';
import { trustedPath } from '@codex-orch/core';

const common = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  PATH: trustedPath(env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
  // Messages are matched, so they have to be in one language.
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  // A partial clone would fetch missing objects with a program that its own config names.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
});

/** An environment in which git reads no config but that of the git directory it is given. */
export const isolatedEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  ...common(env),
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
});

const ofUser = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'SUDO_UID'];

/** An environment in which git reads its user's config too: only for `rev-parse` and `config`, which run nothing. */
export function userEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = common(env);
  for (const name of ofUser) if (env[name] !== undefined) kept[name] = env[name];
  // A relative home would be looked for in the repository.
  for (const name of ['HOME', 'XDG_CONFIG_HOME'])
    if (env[name] !== undefined && path.isAbsolute(env[name])) kept[name] = env[name];
  return kept;
}

/** Settings that hold whatever a config file says. */
export const hardening: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.attributesFile=/dev/null',
  'credential.helper=',
  'protocol.allow=never',
  'log.showSignature=false',
  'submodule.recurse=false',
  // Blobs over 1 MiB are never of use whole, and git holds smaller ones in memory.
  'core.bigFileThreshold=2m',
].flatMap((setting) => ['-c', setting]);
