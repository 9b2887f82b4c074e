import os from 'node:os';
import { userEnvironment } from './git-environment.js';
import { gitResult } from './git.js';

/** Who is working, as git knows it. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** The user's git identity in a folder; the system's user name where git knows none. Runs nothing that a config names. */
export async function readIdentity(cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<Identity> {
  const value = async (key: string): Promise<string> => {
    const { exitCode, stdout } = await gitResult(['config', '--get', key], {
      cwd,
      withUserConfig: true,
      env: userEnvironment(env),
    });
    return exitCode === 0 ? stdout.toString('utf8').trim() : '';
  };
  const [name, email] = await Promise.all([value('user.name'), value('user.email')]);
  return { name: name || os.userInfo().username, email };
}
