import { ProcessStartError } from '../process/errors.js';
import { type CommandResult, runCommand } from '../process/run-command.js';
import { userEnvironment } from '../workspace/git-environment.js';

/** What reaching an agent, and asking for a passphrase or a touch, needs. */
const passed = [
  'HOME',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'SSH_SK_PROVIDER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
];

export interface SshKeygenOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs ssh-keygen; undefined when it is not installed. */
export async function sshKeygen(
  args: readonly string[],
  { env, input, timeoutMs, signal }: SshKeygenOptions,
): Promise<CommandResult | undefined> {
  const { PATH = '', LANG = '', LC_ALL = '' } = userEnvironment(env);
  const own = Object.fromEntries(passed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  try {
    return await runCommand('ssh-keygen', args, {
      cwd: '/',
      env: { PATH, LANG, LC_ALL, ...own },
      input,
      timeoutMs,
      signal,
    });
  } catch (error) {
    if (error instanceof ProcessStartError) return undefined;
    throw error;
  }
}

/** The last thing that ssh-keygen said, as a part of a sentence. */
export const lastWords = ({ stderr, timedOut }: CommandResult): string =>
  timedOut
    ? 'ssh-keygen did not answer in time'
    : (stderr
        .toString('utf8')
        .trim()
        .split('\n')
        .at(-1)
        ?.trim()
        .replace(/[.\r]+$/, '') ??
        '') ||
      'ssh-keygen failed';
