import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codexPaths } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));
const bubblewrap = path.join(path.dirname(codexPaths['0.151.0']), '../codex-resources/bwrap');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-loopback-'));
  // A resolver that is not on loopback: a name that is looked up counts as an attempt too.
  await writeFile(path.join(folder, 'resolv.conf'), 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Isolated {
  readonly code: number | null;
  readonly err: string;
  /** How often any process tried to send something that loopback does not deliver. */
  readonly attempts: number;
}

/**
 * Runs a program where the only network is loopback and the kernel counts what has no way to its destination. The counters are
 * those of the network namespace, so they know the attempts of every process that is started, whoever started it.
 */
async function onLoopbackOnly(...command: string[]): Promise<Isolated> {
  const counters = path.join(folder, 'counters');
  await rm(counters, { force: true });
  const { status, stderr } = spawnSync(
    bubblewrap,
    [
      ...['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent'],
      ...['--ro-bind', path.join(folder, 'resolv.conf'), '/etc/resolv.conf'],
      ...['--', '/bin/sh', '-c', '"$@"; code=$?; cat /proc/net/snmp /proc/net/snmp6 > "$0"; exit $code', counters],
      ...command,
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, CODEX_ORCH_HOME: path.join(folder, 'state') },
      encoding: 'utf8',
    },
  );
  const table = await readFile(counters, 'utf8').catch(() => {
    throw new Error(`A network namespace could not be made, so nothing can be proven here: ${stderr}`);
  });
  return { code: status, err: stderr, attempts: lost(table) };
}

/** Packets and connections without a route, of IPv4 (a line of names, then one of numbers) and of IPv6 (a line each). */
function lost(table: string): number {
  const [names = [], numbers = []] = [...table.matchAll(/^Ip: (.*)$/gm)].map(([, line = '']) => line.split(' '));
  const ipv4 = Number(numbers[names.indexOf('OutNoRoutes')]);
  const ipv6 = Number(/^Ip6OutNoRoutes\s+(\d+)$/m.exec(table)?.[1] ?? 0);
  if (Number.isNaN(ipv4)) throw new Error(`The kernel does not count what has no route:\n${table}`);
  return ipv4 + ipv6;
}

it.each([
  ['a connection', `require('node:net').connect(443, '192.0.2.1').on('error', () => {})`],
  ['a connection by IPv6', `require('node:net').connect(443, '2001:db8::1').on('error', () => {})`],
  ['a datagram', `const s = require('node:dgram').createSocket('udp4'); s.send('x', 53, '192.0.2.1', () => s.close())`],
  ['a name that is looked up', `require('node:dns').lookup('example.org', () => {})`],
])('%s beyond loopback would be noticed', async (_, script) => {
  expect((await onLoopbackOnly(process.execPath, '-e', script)).attempts).toBeGreaterThan(0);
});

it.each([
  ['app-server', '0.169.0'],
  ['exec', '0.169.0'],
  ['mcp-server', '0.151.0'],
] as const)('nothing in the demo tries to reach beyond loopback (%s of Codex %s)', async (driver, version) => {
  const demo = await onLoopbackOnly(
    process.execPath,
    bin,
    ...['demo', '--driver', driver, '--codex', codexPaths[version]],
  );
  expect(demo.code, demo.err).toBe(0);
  expect(demo.err).toContain(`Codex ${version} through ${driver}`);
  expect(demo.err).toMatch(/npm test failed[\s\S]*npm test passed/);
  expect(demo.attempts).toBe(0);
});
