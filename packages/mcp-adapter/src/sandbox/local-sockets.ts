import { access, constants, lstat, readFile, realpath } from 'node:fs/promises';

/** Doors to programs that run with more rights than a test should have. A container sees no sockets of its host in its own table. */
const doors = [
  '/run/buildkit/buildkitd.sock',
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/dbus/system_bus_socket',
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/var/run/docker.sock',
];

/** The Unix sockets in the file system that this user can connect to, as far as the kernel's table and common sense tell. Linux only. */
export async function localSockets(): Promise<string[]> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const bound = table.split('\n').flatMap((line) => /^(?:\S+ +){7}(\/.*)$/.exec(line)?.[1] ?? []);
  const found = await Promise.all([...new Set([...bound, ...doors])].map(reachable));
  return [...new Set(found.filter((file) => file !== undefined))].sort();
}

async function reachable(file: string): Promise<string | undefined> {
  try {
    const real = await realpath(file);
    if (!(await lstat(real)).isSocket()) return undefined;
    await access(real, constants.W_OK);
    return real;
  } catch {
    // It is gone, or belongs to somebody else.
    return undefined;
  }
}
