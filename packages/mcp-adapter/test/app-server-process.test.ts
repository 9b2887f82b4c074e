import path from 'node:path';
import { type CodexApprovalRequest, ManagedProcess } from '@codex-orch/core';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AppServerDriver } from '../src/index.js';
import { openWorld, textOf, type World } from './world.js';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

const onRequest = { sandbox: 'workspace-write', approvalPolicy: 'on-request' } as const;

describe('the app-server driver', () => {
  it('serves many threads at a time with one process', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const driver = world.driver();
    const results = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const cwd = await world.repository();
        const result = await (await driver.open({ cwd, ...onRequest })).run('PATCH');
        return { status: result.status, text: await textOf(cwd, 'changed.txt') };
      }),
    );
    expect(results).toEqual(Array.from({ length: 5 }, () => ({ status: 'completed', text: 'after\n' })));
    expect(driver.pids).toHaveLength(1);
  });

  it('starts a new app-server after the old one died, and the session goes on with its thread', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const driver = world.driver();
    const cwd = await world.repository();
    const session = await driver.open({ cwd, ...onRequest });
    const { threadId } = await session.run(`FIRST ${cwd}`);
    const [first] = driver.pids;
    const crashed = await session.run('STALL', {
      onEvent: ({ type }) => {
        if (type === 'turn.started') process.kill(first ?? 0, 'SIGKILL');
      },
    });
    expect(crashed).toMatchObject({
      status: 'crashed',
      error: { code: 'codex-crashed', message: expect.stringContaining('SIGKILL') as string },
    });
    expect(await session.run(`SECOND ${cwd}`)).toMatchObject({ status: 'completed', threadId, text: 'second answer' });
    expect(driver.pids).not.toContain(first);
    expect(world.model.bodies.find((body) => body.includes(`SECOND ${cwd}`))).toContain(`FIRST ${cwd}`);
  });

  it("keeps the threads of one process out of each other's work folders", async () => {
    world = await openWorld({
      binary: 'current',
      kind: 'app-server',
      scenes: [
        {
          scene: 'trespass',
          when: { input: 'TRESPASS' },
          steps: [
            { shell: 'for folder in "${cwd}"/../*/; do echo mine > "$folder/claimed.txt"; done' },
            { shell: 'echo mine > inside.txt' },
            { say: 'tried' },
          ],
        },
      ],
    });
    const driver = world.driver();
    const folders = await Promise.all(Array.from({ length: 3 }, () => world.repository()));
    const sessions = await Promise.all(folders.map((cwd) => driver.open({ cwd, ...onRequest })));
    const results = await Promise.all(sessions.map((session, at) => session.run(at === 0 ? 'TRESPASS' : 'PATCH')));
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    expect(driver.pids).toHaveLength(1);
    const claimed = await Promise.all(folders.map((cwd) => textOf(cwd, 'claimed.txt')));
    expect(claimed).toEqual(['mine\n', undefined, undefined]);
    expect(await textOf(folders[0] ?? '', 'inside.txt')).toBe('mine\n');
  });

  it('opens every session though the process dies while they are opened', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const driver = world.driver();
    const folders = await Promise.all(Array.from({ length: 5 }, () => world.repository()));
    await driver.open({ cwd: folders[0] ?? '', ...onRequest });
    const [first] = driver.pids;
    const opening = folders.map((cwd) => driver.open({ cwd, ...onRequest }));
    process.kill(first ?? 0, 'SIGKILL');
    const sessions = await Promise.all(opening);
    const results = await Promise.all(sessions.map((session) => session.run('PATCH')));
    expect(results.map(({ status }) => status)).toEqual(folders.map(() => 'completed'));
    expect(driver.pids).not.toContain(first);
  });

  it('cannot resume a thread that does not exist', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const opening = world
      .driver()
      .open({ cwd: await world.repository(), threadId: '01a2026f-9010-7552-96a6-8ad131aebfa2', ...onRequest });
    await expect(opening).rejects.toMatchObject({ code: 'thread-open-failed' });
  });

  it('says why app-server does not start', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const launch = { ...world.launch, binary: '/bin/false' };
    const driver = new AppServerDriver(launch);
    await expect(driver.open({ cwd: world.root, ...onRequest })).rejects.toMatchObject({
      code: 'app-server-start-failed',
    });
  });

  it('names the limit when the path of a socket is too long', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const driver = new AppServerDriver(world.launch, { transport: { socket: path.join(world.root, 's'.repeat(120)) } });
    await expect(driver.open({ cwd: world.root, ...onRequest })).rejects.toMatchObject({
      code: 'socket-path-too-long',
    });
  });
});

/** Begins a turn that waits for an approval and drops the connection then, as a client does that is killed. */
async function abandonPendingApproval(socketPath: string, cwd: string): Promise<string> {
  const socket = await connect(socketPath);
  let threadId = '';
  const send = (message: object) => {
    socket.send(JSON.stringify(message));
  };
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as {
        id?: number;
        method?: string;
        result?: { thread?: { id: string } };
      };
      if (message.method === 'item/commandExecution/requestApproval') {
        socket.terminate();
        resolve(threadId);
      } else if (message.method === undefined && message.id === 0) {
        send({ method: 'initialized' });
        send({ id: 1, method: 'thread/start', params: { cwd, ...onRequest } });
      } else if (message.method === undefined && message.id === 1) {
        threadId = message.result?.thread?.id ?? '';
        send({ id: 2, method: 'turn/start', params: { threadId, input: [{ type: 'text', text: 'ESCALATE' }] } });
      }
    });
    send({
      id: 0,
      method: 'initialize',
      params: { clientInfo: { name: 't', title: 't', version: '1' }, capabilities: { experimentalApi: true } },
    });
  });
}

async function connect(path: string): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(`ws+unix://${path}:/`, { perMessageDeflate: false });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('open', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return socket;
  }
}

describe.each(['current', 'withMcpServer'] as const)('an approval that outlived its client (%s)', (binary) => {
  async function abandoned() {
    world = await openWorld({ binary, kind: 'app-server' });
    const socket = path.join(world.root, 'socket');
    const server = await ManagedProcess.start(world.launch.binary, ['app-server', '--listen', `unix://${socket}`], {
      cwd: world.home.dir,
      env: world.launch.env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const cwd = await world.repository();
    const threadId = await abandonPendingApproval(socket, cwd);
    const driver = new AppServerDriver(world.launch, { transport: { socket } });
    const session = await driver.open({ cwd, threadId, ...onRequest });
    return {
      cwd,
      session,
      async [Symbol.asyncDispose]() {
        await driver.close();
        await server.kill();
      },
    };
  }

  it('is asked again when the session rejoins the turn', async () => {
    const left = await abandoned();
    const requests: CodexApprovalRequest[] = [];
    const result = await left.session.rejoin({
      onApproval: (request) => {
        requests.push(request);
        return Promise.resolve('approve');
      },
    });
    expect(result).toMatchObject({ status: 'completed', text: 'went on' });
    expect(requests).toEqual([expect.objectContaining({ kind: 'command', cwd: left.cwd })]);
    expect(await textOf(left.cwd, '../outside.txt')).toBe('out\n');
    await left[Symbol.asyncDispose]();
  });

  it('is refused when a new prompt is given instead', async () => {
    const left = await abandoned();
    expect(await left.session.run('SECOND')).toMatchObject({ status: 'completed', text: 'second answer' });
    expect(await textOf(left.cwd, '../outside.txt')).toBeUndefined();
    await left[Symbol.asyncDispose]();
  });
});
