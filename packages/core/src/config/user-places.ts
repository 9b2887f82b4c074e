import os from 'node:os';
import path from 'node:path';
import { EnvironmentPathError } from './errors.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The absolute path that a variable holds. Anything else counts as unset, as the XDG Base Directory Specification wants it: a
 * relative one would let the folder that the command is called in, a repository, be the user's own.
 */
export function absoluteFrom(env: Env, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

/** The same for a variable of our own, which has no other meaning. Throws {@link EnvironmentPathError} for a relative path. */
export function ownPathFrom(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  if (!path.isAbsolute(value)) throw new EnvironmentPathError(name, value);
  return value;
}

/** The user's home; what the system knows of them where HOME is no absolute path. */
export const userHome = (env: Env): string => absoluteFrom(env, 'HOME') ?? os.userInfo().homedir;

/** Where the user's own configuration is. Throws {@link EnvironmentPathError}. */
export const userConfigPath = (env: Env): string =>
  ownPathFrom(env, 'CODEX_ORCH_CONFIG') ??
  path.join(absoluteFrom(env, 'XDG_CONFIG_HOME') ?? path.join(userHome(env), '.config'), 'codex-orch', 'config.json');
