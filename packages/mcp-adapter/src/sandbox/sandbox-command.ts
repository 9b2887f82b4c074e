import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { CodexLaunch } from '../binary/launch.js';
import { contains, credentialPaths } from './credential-paths.js';
import { localSockets } from './local-sockets.js';

export interface SandboxCommandOptions {
  /** Absolute; the command can write here, but not to its `.git` and `.codex`. */
  readonly cwd: string;
  readonly command: readonly string[];
  /** The command's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the command may reach what this machine can reach, its local services included. */
  readonly network: boolean;
  /** Absolute paths of existing folders that can be written too. */
  readonly writable?: readonly string[] | undefined;
  /** Absolute paths that cannot even be read, besides the usual places of credentials. Those that do not exist are left out. */
  readonly hidden?: readonly string[] | undefined;
  /** As `probeSandbox` found it. Without it a command has no loopback, and can outlive a killed starter. */
  readonly bubblewrap?: string | undefined;
}

/** What to start. Nothing has to be quoted, and nothing is inherited. */
export interface SandboxedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const profile = 'codex-orch';

/** Codex hides the folder of its user's own servers itself, and refuses to start where somebody else has hidden a socket in it. */
const isOfCodex = (socket: string): boolean => socket.startsWith(`/tmp/codex-daemon-${process.getuid?.() ?? ''}/`);

/**
 * How to start a command inside Codex's own sandbox, by `codex sandbox` and a permission profile made for it.
 *
 * The command reads the file system but for places of credentials, and writes to its folders alone. With bubblewrap it also gets
 * processes of its own, which all end with the process that starts it, even when that is killed; and, without the network, a
 * loopback of its own instead of none, so that tests which listen on 127.0.0.1 work and reach nobody but themselves.
 */
export async function sandboxCommand(
  launch: CodexLaunch,
  { cwd, command, env, network, writable = [], hidden = [], bubblewrap }: SandboxCommandOptions,
): Promise<SandboxedCommand> {
  const writes = await Promise.all([cwd, ...writable].map((folder) => realpath(folder)));
  const secrets = await credentialPaths({
    userHome: launch.env['HOME'],
    codexHome: launch.home.dir,
    hidden,
    needed: writes,
  });
  const access: readonly (readonly [string, string])[] = [
    [':root', 'read'],
    ...writes.map((folder) => [folder, 'write'] as const),
    ...secrets.map((file) => [file, 'deny'] as const),
  ];
  const entries = access.map(([file, right]) => `${JSON.stringify(file)}=${JSON.stringify(right)}`);
  // Codex's filter of system calls forbids loopback too; where the network is an empty one of the command's own it has no work to do.
  const isFiltered = !network && bubblewrap === undefined;
  const sandbox = [
    'sandbox',
    ...['--config', `permissions.${profile}.filesystem={${entries.join(',')}}`],
    ...['--config', `permissions.${profile}.network.enabled=${String(!isFiltered)}`],
    ...['--permission-profile', profile, '--cd', writes[0] ?? cwd, '--'],
    ...['/usr/bin/env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    ...command,
  ];
  // What Codex itself notes down must not lie where the command can write, nor may its home lie in there.
  const notes = path.join(launch.home.dir, 'sandbox');
  await mkdir(notes, { recursive: true, mode: 0o700 });
  // Who sets up the sandbox has no use for a key.
  const { PATH = '', HOME = launch.home.dir } = launch.env;
  const own = { PATH, HOME, CODEX_HOME: launch.home.dir, TMPDIR: notes };
  if (bubblewrap === undefined) return { file: launch.binary, args: sandbox, env: own };
  const sockets = network
    ? []
    : (await localSockets()).filter((socket) => !isOfCodex(socket) && !writes.some((at) => contains(at, socket)));
  return {
    file: bubblewrap,
    args: [
      ...['--die-with-parent', '--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc'],
      ...(network ? [] : ['--unshare-net']),
      // A socket in the file system leads out of any network of one's own.
      ...sockets.flatMap((socket) => ['--ro-bind', '/dev/null', socket]),
      ...['--', launch.binary, ...sandbox],
    ],
    env: own,
  };
}
