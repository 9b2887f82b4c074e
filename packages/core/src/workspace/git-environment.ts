import path from 'node:path';

/**
 * The folders of a PATH in which a program may be looked up: absolute ones, and none that a repository's own packages fill,
 * as `npx` and `npm run` put a repository's node_modules/.bin first.
 */
export function trustedPath(value: string): string {
  return value
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !folder.split(path.sep).includes('node_modules'))
    .join(path.delimiter);
}

const common = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  PATH: trustedPath(env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
  // Messages are matched, so they have to be in one language.
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  ...(env['TMPDIR'] === undefined ? {} : { TMPDIR: env['TMPDIR'] }),
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  // A partial clone would fetch missing objects with a program that its own config names.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
});

/** An environment in which git reads no config but that of the git directory it is given. */
export function isolatedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return {
    ...common(env),
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
  };
}

/** A relative home would be looked for in the repository. */
const isUsable = (name: string, value: string): boolean =>
  !['HOME', 'XDG_CONFIG_HOME'].includes(name) || path.isAbsolute(value);

/** An environment in which git also reads its user's own config; only for commands that run nothing that config names. */
export function userEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const own = ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'SUDO_UID'];
  return {
    ...common(env),
    ...Object.fromEntries(
      own.flatMap((name) => {
        const value = env[name];
        return value !== undefined && isUsable(name, value) ? [[name, value]] : [];
      }),
    ),
  };
}

/** Settings that hold whatever a config file says, as `key=value`. */
export const hardening: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.askPass=',
  'core.editor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'credential.helper=',
  'protocol.allow=never',
  'commit.gpgSign=false',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=all',
  'gc.auto=0',
  'maintenance.auto=false',
];
