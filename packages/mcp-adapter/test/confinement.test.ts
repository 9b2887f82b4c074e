import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { CodexDriver } from '@codex-orch/core';
import type { Scene } from '@codex-orch/replay';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { AppServerDriver, type CodexHomeOptions, prepareCodexHome, prepareConfinedHome } from '../src/index.js';
import { openWorld, textOf, type World, type WorldOptions } from './world.js';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

const benches = [
  { binary: 'current', kind: 'app-server' },
  { binary: 'current', kind: 'exec' },
  { binary: 'withMcpServer', kind: 'app-server' },
  { binary: 'withMcpServer', kind: 'mcp-server' },
  { binary: 'withMcpServer', kind: 'exec' },
] as const;

/** A model that runs the script which the test puts into the repository. */
const script: Scene = {
  scene: 'script',
  when: { input: 'SCRIPT' },
  steps: [{ shell: 'sh ./script.sh > said.txt 2>&1; true', yieldMs: 30_000 }, { say: 'ran' }],
};

const open = async (options: WorldOptions): Promise<void> => {
  const print: Scene = {
    scene: 'print',
    when: { input: 'PRINT' },
    steps: [{ shell: 'sh ./script.sh' }, { say: 'ran' }],
  };
  world = await openWorld({ ...options, scenes: [script, print] });
};

/** Has the builder run a shell script in a repository with these files; what it printed, and where. */
async function build(
  lines: readonly string[],
  files: Readonly<Record<string, string>> = {},
  driver: CodexDriver = world.driver(),
): Promise<{ readonly said: string; readonly cwd: string }> {
  const cwd = await world.repository();
  for (const [name, text] of Object.entries({ ...files, 'script.sh': lines.join('\n') }))
    await writeFile(path.join(cwd, name), text);
  const session = await driver.open({ cwd, sandbox: 'workspace-write', approvalPolicy: 'on-request' });
  expect(await session.run('SCRIPT')).toMatchObject({ status: 'completed', text: 'ran' });
  await session.close();
  return { said: (await textOf(cwd, 'said.txt')) ?? '', cwd };
}

const noSecretsYet = { confine: { userHome: undefined, hidden: [] } } as const;

const credentials = ['.ssh/id_ed25519', '.aws/credentials', '.codex/auth.json', '.npmrc', '.netrc', 'elsewhere/token'];

async function plantCredentials(): Promise<void> {
  for (const name of credentials) {
    await mkdir(path.dirname(path.join(world.root, name)), { recursive: true });
    await writeFile(path.join(world.root, name), `# canary of ${name}\n`);
  }
}

const readAll = (): string[] => credentials.map((name) => `cat '${path.join(world.root, name)}'`);

const homeOptions = (): CodexHomeOptions => ({
  dir: world.home.dir,
  projectRoot: world.root,
  auth: { kind: 'none' },
  model: 'gpt-5.5',
  provider: { id: 'replay', name: 'Replay', baseUrl: world.model.baseUrl, requestMaxRetries: 0, streamMaxRetries: 0 },
});

/** Makes the home anew, now that there is something to hide. */
async function confine(): Promise<void> {
  const hidden = [path.join(world.root, 'elsewhere')];
  await prepareCodexHome({ ...homeOptions(), confine: { userHome: world.launch.env['HOME'], hidden } });
}

describe.each(benches)('what the builder runs ($kind, $binary)', (bench) => {
  it('cannot read the credentials of its user, and builds in its work folder all the same', async () => {
    await open({ ...bench, home: noSecretsYet });
    await plantCredentials();
    await confine();
    const manifest = JSON.stringify({ name: 'a', scripts: { build: 'node build.cjs' } });
    const buildScript = "require('node:fs').writeFileSync('built.txt', 'built')";
    const { said, cwd } = await build(
      [
        ...readAll(),
        'npm run build',
        'git status --short',
        'echo x > ../beside.txt',
        'echo x > .git/planted',
        'echo end',
      ],
      { 'package.json': manifest, 'build.cjs': buildScript },
    );
    expect(said).not.toContain('canary');
    expect(said).toMatch(/end\n$/);
    expect(said).toContain('?? package.json');
    expect(await textOf(cwd, 'built.txt'), said).toBe('built');
    expect(await textOf(cwd, '../beside.txt')).toBeUndefined();
    expect(await textOf(cwd, '.git/planted')).toBeUndefined();
  });

  it('has nothing that a profile of its user exports, and reads none', async () => {
    await open({ ...bench, home: noSecretsYet });
    const proof = path.join(world.root, 'profile-ran');
    for (const name of ['.profile', '.bash_profile', '.bashrc', '.zprofile', '.zshrc'])
      await writeFile(path.join(world.root, name), `export TOKEN=canary\n: > '${proof}'\n`);
    const { said } = await build(['env', 'echo end']);
    expect(said).toContain('PATH=');
    expect(said).not.toContain('canary');
    expect(await textOf(proof)).toBeUndefined();
  });

  it('reads all of them in a home that hides nothing', async () => {
    await open({ ...bench, home: { confine: undefined } });
    await plantCredentials();
    const { said } = await build(readAll());
    for (const name of credentials) expect(said).toContain(`canary of ${name}`);
  });
});

it.each(['current', 'withMcpServer'] as const)(
  'a role that only reads cannot read them either (%s)',
  async (binary) => {
    await open({ binary, kind: 'app-server', home: noSecretsYet });
    await plantCredentials();
    await confine();
    const cwd = await world.repository();
    await writeFile(
      path.join(cwd, 'script.sh'),
      [...readAll(), 'echo x > written.txt', 'echo the script went on'].join('\n'),
    );
    const session = await world.driver().open({ cwd, sandbox: 'read-only', approvalPolicy: 'never' });
    await session.run('PRINT');
    await session.close();
    const answers = world.model.bodies.at(-1) ?? '';
    expect(answers).toContain('the script went on');
    expect(answers).not.toContain('canary of');
    expect(await textOf(cwd, 'written.txt')).toBeUndefined();
  },
);

describe.each(['current', 'withMcpServer'] as const)('the home of a run (%s)', (binary) => {
  it('hides credentials where the sandbox works', async () => {
    await open({ binary, kind: 'app-server' });
    await plantCredentials();
    const { launch, sandbox } = await prepareConfinedHome({
      ...homeOptions(),
      codex: world.launch,
      env: { ...process.env, HOME: world.root },
      hidden: [path.join(world.root, 'elsewhere')],
    });
    expect(sandbox.working).toBe(true);
    expect(launch.home.confined).toBe(true);
    await using driver = new AppServerDriver(launch);
    const { said } = await build([...readAll(), 'echo end'], {}, driver);
    expect(said).toMatch(/end\n$/);
    expect(said).not.toContain('canary of');
  });

  it('claims nothing where it does not work', async () => {
    await open({ binary, kind: 'app-server' });
    const { launch, sandbox } = await prepareConfinedHome({
      ...homeOptions(),
      codex: { binary: '/bin/false', version: '0.0.0' },
      env: process.env,
      hidden: [],
    });
    expect(sandbox.working).toBe(false);
    expect(launch.home.confined).toBeUndefined();
    expect(await textOf(launch.home.dir, 'config.toml')).not.toContain('permissions');
  });
});

it.each([
  ['current', 'out\n'],
  // Codex before 0.163 lets no command out of a sandbox that hides something. It fails in there, and nothing is revealed.
  ['withMcpServer', undefined],
] as const)(
  'an approved command of a confined home runs outside the sandbox where Codex can do that (%s)',
  async (binary, out) => {
    await open({ binary, kind: 'app-server', home: noSecretsYet });
    await plantCredentials();
    await confine();
    const cwd = await world.repository();
    const session = await world.driver().open({ cwd, sandbox: 'workspace-write', approvalPolicy: 'on-request' });
    const turn = await session.run('ESCALATE', { onApproval: () => Promise.resolve('approve') });
    await session.close();
    expect(turn.status).toBe('completed');
    expect(await textOf(cwd, '../outside.txt')).toBe(out);
  },
);

/** A server for HTTP and one for names, both on loopback, that count who asks. */
async function listeners() {
  const calls: string[] = [];
  const http = createServer((request, response) => {
    calls.push(`http ${String(request.url)}`);
    response.end('hello');
  });
  http.listen(0, '127.0.0.1');
  const names = createSocket('udp4', (query, from) => {
    calls.push('name');
    // The question again, as an answer without records.
    const answer = Buffer.from(query);
    answer.writeUInt16BE(0x8183, 2);
    names.send(answer, from.port, from.address);
  });
  names.bind(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(names, 'listening')]);
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
    names.close();
  });
  return { calls, httpPort: (http.address() as AddressInfo).port, namePort: names.address().port };
}

const knock = (httpPort: number, namePort: number): string => `
  const { Resolver } = require('node:dns').promises;
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers(['127.0.0.1:${namePort}']);
  const said = [
    fetch('http://127.0.0.1:${httpPort}/knock').then(() => 'reached', () => 'unreached'),
    resolver.resolve4('canary.example.org').catch((error) => error.code),
    require('node:dns').promises.lookup('example.org').then(() => 'found', () => 'not found'),
  ];
  Promise.all(said).then((all) => require('node:fs').writeFileSync('knocked.txt', all.join(' ')));`;

describe.each(benches.filter(({ kind }) => kind !== 'exec'))('the network of the builder ($kind, $binary)', (bench) => {
  const profile = 'codex-orch-workspace-write';
  it.each([
    ['is off', true, {}],
    ['is off where nothing is hidden', false, {}],
    ['is on when Codex is told so', true, { permissions: { [profile]: { network: { enabled: true } } } }],
  ])('%s', async (title, isConfined, extra) => {
    await open({ ...bench, home: { confine: isConfined ? noSecretsYet.confine : undefined, extra } });
    const { calls, httpPort, namePort } = await listeners();
    const { cwd, said } = await build([`${process.execPath} knock.cjs`], { 'knock.cjs': knock(httpPort, namePort) });
    const knocked = await textOf(cwd, 'knocked.txt');
    if (title.startsWith('is on')) {
      expect(calls.toSorted(), said).toEqual(['http /knock', 'name']);
      expect(knocked).toMatch(/^reached ENOTFOUND /);
    } else {
      expect(calls).toEqual([]);
      expect(knocked, said).toMatch(/^unreached E(?!NOTFOUND)[A-Z]+ not found$/);
    }
  });
});
