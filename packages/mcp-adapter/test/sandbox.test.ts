import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CodexLaunch, probeSandbox, sandboxCommand, type SandboxCommandOptions } from '../src/index.js';
import { processAppears, processesIn } from './processes.js';
import { openWorld, textOf, type World } from './world.js';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

describe('the probe', () => {
  it.each(['current', 'withMcpServer'] as const)('finds that the sandbox confines commands (%s)', async (binary) => {
    world = await openWorld({ binary, kind: 'exec' });
    expect(await probeSandbox(world.launch)).toMatchObject({
      working: true,
      detail: 'Commands can write to their work folder and not beside it.',
    });
    expect((await readdir(world.home.dir)).filter((name) => name.startsWith('sandbox-probe'))).toEqual([]);
  });

  it('does not call a sandbox working that confines nothing', async () => {
    world = await openWorld({ binary: 'current', kind: 'exec' });
    const binary = path.join(world.root, 'unconfined');
    await writeFile(binary, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n', { mode: 0o755 });
    const report = await probeSandbox({ ...world.launch, binary });
    expect(report).toEqual({ working: false, detail: 'A command in the sandbox wrote outside its work folder.' });
  });

  it('does not call a sandbox working that lets nothing run', async () => {
    world = await openWorld({ binary: 'current', kind: 'exec' });
    const report = await probeSandbox({ ...world.launch, binary: '/bin/false' });
    expect(report.working).toBe(false);
  });
});

/** What a command in the sandbox said, started in a fresh work folder. */
async function inSandbox(
  command: readonly string[],
  more: Partial<SandboxCommandOptions> = {},
  launch: CodexLaunch = world.launch,
) {
  const cwd = await workFolder();
  const { file, args, env } = await sandboxCommand(launch, {
    cwd,
    command,
    env: { PATH: process.env['PATH'] ?? '', ONLY: 'this' },
    network: false,
    bubblewrap: (await probeSandbox(world.launch)).bubblewrap,
    ...more,
  });
  const { exitCode, stdout, stderr } = await runCommand(file, args, { cwd, env });
  return { exitCode, out: stdout.toString('utf8'), err: stderr.toString('utf8'), cwd };
}

async function workFolder(): Promise<string> {
  const cwd = path.join(world.root, 'work');
  await mkdir(cwd, { recursive: true });
  return cwd;
}

const node = (script: string): string[] => [process.execPath, '-e', script];

/** Connects and tells how that went. */
const connect = (to: string): string[] =>
  node(`require('node:net').connect(${to})
    .on('connect', () => { console.log('connected'); process.exit(); })
    .on('error', (error) => { console.log('refused', error.code); })`);

/** Listens and is connected to, all by itself. */
const talkToItself = node(`const net = require('node:net');
  const server = net.createServer((socket) => socket.end('hello'));
  // Codex's filter makes node lose what it prints to a socket, and its pipes are sockets.
  server.on('error', (error) => { require('node:fs').writeSync(1, error.code); });
  server.listen(0, '127.0.0.1', () => {
    net.connect(server.address().port, '127.0.0.1').on('data', (data) => { console.log(String(data)); server.close(); });
  });`);

/** A server of this machine that counts who connects. */
async function serve(
  listen: (server: Server) => void,
): Promise<{ readonly server: Server; readonly count: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  listen(server);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, count: () => connections };
}

describe.each(['current', 'withMcpServer'] as const)('a command in the sandbox (%s)', (binary) => {
  it('has the given environment and no other, and its exit code is kept', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const { exitCode, out } = await inSandbox(['/bin/sh', '-c', 'env; exit 7']);
    expect(exitCode).toBe(7);
    const names = out.split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== '').sort()).toEqual(['ONLY', 'PATH', 'PWD']);
  });

  it('writes where it may, and not beside, through a link, or to what decides about its sandbox', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const cwd = await workFolder();
    const [beside, more] = [path.join(world.root, 'beside'), path.join(world.root, 'more')];
    await Promise.all([mkdir(beside), mkdir(more)]);
    await symlink(beside, path.join(cwd, 'link'));
    await writeFile(path.join(cwd, '.git'), 'gitdir: ../git\n');
    const files = [
      ...[
        'ok',
        'link/a',
        '../beside/b',
        '.git',
        '.codex/config.toml',
        `${more}/ok`,
        `/tmp/never-${path.basename(world.root)}`,
      ],
    ];
    const { out } = await inSandbox(
      node(`for (const file of ${JSON.stringify(files)})
        try { require('node:fs').writeFileSync(file, 'x'); console.log(file); } catch {}`),
      { writable: [more] },
    );
    expect(out.trimEnd().split('\n')).toEqual(['ok', `${more}/ok`]);
    expect(await readdir(beside)).toEqual([]);
  });

  it('cannot read the credentials of its user', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const secrets = ['.ssh/id_ed25519', '.codex/auth.json', '.npmrc', 'elsewhere/token', 'readable'];
    for (const secret of secrets) {
      await mkdir(path.dirname(path.join(world.root, secret)), { recursive: true });
      await writeFile(path.join(world.root, secret), `secret of ${secret}`);
    }
    const { out } = await inSandbox(['/bin/cat', ...secrets.map((secret) => path.join(world.root, secret))], {
      hidden: [path.join(world.root, 'elsewhere')],
    });
    expect(out).toBe('secret of readable');
  });

  it('finds no key in the environments of the processes that it can see', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const launch = { ...world.launch, env: { ...world.launch.env, PROVIDER_ACCESS: 'the-key-of-the-provider' } };
    const { out } = await inSandbox(['/bin/sh', '-c', 'cat /proc/[0-9]*/environ'], {}, launch);
    // Those of its guards are among them.
    expect(out).toContain(`HOME=${world.root}`);
    expect(out).not.toContain('the-key-of-the-provider');
  });

  it('reaches no server of this machine, neither by loopback nor by a socket in the file system', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const tcp = await serve((server) => server.listen(0, '127.0.0.1'));
    const { port } = tcp.server.address() as { port: number };
    const socket = path.join(world.root, 'socket');
    const unix = await serve((server) => server.listen(socket));
    const abstract = await serve((server) => server.listen(`\0${world.root}`));

    expect((await inSandbox(connect(`${port}, '127.0.0.1'`))).out).toMatch(/^refused/);
    expect((await inSandbox(connect(JSON.stringify(socket)))).out).toMatch(/^refused/);
    expect((await inSandbox(connect(JSON.stringify(`\0${world.root}`)))).out).toMatch(/^refused/);
    expect([tcp.count(), unix.count(), abstract.count()]).toEqual([0, 0, 0]);

    // The servers do listen: with the network allowed they are reached.
    expect((await inSandbox(connect(`${port}, '127.0.0.1'`), { network: true })).out).toBe('connected\n');
    expect((await inSandbox(connect(JSON.stringify(socket)), { network: true })).out).toBe('connected\n');
  });

  it('can listen on a loopback of its own; without bubblewrap it has none', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    expect((await inSandbox(talkToItself)).out).toBe('hello\n');
    expect(await inSandbox(talkToItself, { bubblewrap: undefined })).toMatchObject({ out: 'EPERM', err: '' });
  });

  it('ends with all it started when its starter is killed', async () => {
    world = await openWorld({ binary, kind: 'exec' });
    const cwd = await workFolder();
    const { file, args, env } = await sandboxCommand(world.launch, {
      cwd,
      // A grandchild in a session of its own whose parent is gone.
      command: ['/bin/sh', '-c', '(setsid sleep 1000 &) ; touch ready; sleep 1000'],
      env: { PATH: process.env['PATH'] ?? '' },
      network: false,
      bubblewrap: (await probeSandbox(world.launch)).bubblewrap,
    });
    const starter = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}, ${JSON.stringify({ cwd, env })}); setInterval(() => {}, 1000)`,
      ],
      { stdio: 'ignore' },
    );
    await processAppears(cwd);
    while ((await textOf(cwd, 'ready')) === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect((await processesIn(cwd)).length).toBeGreaterThan(2);
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    while ((await processesIn(cwd)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await readFile(path.join(cwd, 'ready'), 'utf8')).toBe('');
  });
});
