import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { breaking, builder, codexPaths, manager, oneChange, mending, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** The files under a folder that hold one of these texts. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const bytes = await readFile(file);
        return texts.some((text) => bytes.includes(text)) ? [path.relative(folder, file)] : [];
      }),
  );
  return found.flat();
}

it.each([
  ['app-server', '0.169.0'],
  ['exec', '0.169.0'],
  ['mcp-server', '0.151.0'],
] as const)(
  'a key that the model, the tests and the reviewer repeat appears nowhere that is kept or printed (%s)',
  async (driver, version) => {
    const key = `key/${randomBytes(15).toString('base64')}+"x`;
    const spelt = [
      key,
      JSON.stringify(key).slice(1, -1),
      Buffer.from(key).toString('base64'),
      Buffer.from(key).toString('hex'),
    ];
    const keyFile = path.join(world.root, 'key');
    await writeFile(keyFile, `${key}\n`, { mode: 0o600 });
    const leaky = path.join(world.root, 'leaky.txt');
    await writeFile(leaky, `${spelt.join('\n')}\n# pass 1\n# fail 0\n# skipped 0\n`);
    const server = await world.model(
      [
        planner(),
        builder(
          1,
          { shell: `echo '${spelt[2]}' > /dev/null` },
          { applyPatch: oneChange },
          { say: `The key is ${key}.` },
        ),
        {
          scene: 'reviewer',
          when: { agent: 'You are the reviewer' },
          steps: [
            {
              json: {
                verdict: 'approve',
                summary: `It uses ${key}.`,
                findings: [{ severity: 'nit', file: 'src/sum.js', line: 1, message: spelt.join(' and ') }],
              },
            },
          ],
        },
      ],
      { codex: { driver, path: codexPaths[version] }, tests: { commands: [['cat', leaky]], sandbox: 'off' } },
    );
    const config = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as object;
    await world.configure({
      ...config,
      secrets: { PROVIDER: { from: 'file', path: keyFile } },
      model: {
        provider: {
          id: 'replay',
          baseUrl: server.baseUrl,
          apiKey: { secret: 'PROVIDER' },
          requestMaxRetries: 0,
          streamMaxRetries: 0,
        },
        roles: 'api',
        name: 'gpt-5.5',
      },
    });

    const run = await world.run('run', `do it with ${key}`);
    const shown = await world.run('runs', 'show');
    const approved = await world.run('approve', 'latest', '--reason', 'fine');

    expect(run.code, run.err).toBe(3);
    expect(approved.code, approved.err).toBe(0);
    expect(run.err).toContain('[redacted:PROVIDER]');
    const printed = [run, shown, approved].map(({ out, err }) => out + err).join('\n');
    expect(spelt.filter((text) => printed.includes(text))).toEqual([]);
    expect(await filesWith(path.join(world.repo, '.runs'), spelt)).toEqual([]);
    expect(await filesWith(path.join(world.root, 'state'), spelt)).toEqual([]);
    expect((await world.run('runs', 'verify')).out).toContain('intact');
  },
);

/** A patch that adds a file. */
const adds = (file: string, ...lines: readonly string[]): string =>
  `*** Begin Patch\n*** Add File: ${file}\n${lines.map((line) => `+${line}\n`).join('')}*** End Patch`;

/** Made here, so that no scanner takes this file for a leak. */
const fakeAwsKey = (): string => randomBytes(60).toString('base64').replace(/[+/=]/g, 'x').slice(0, 40);

it('what looks like a key in the diff blocks apply, until a human says why it may pass', async () => {
  const key = fakeAwsKey();
  const config = ['export const fine = 1;', `const AWS_SECRET_ACCESS_KEY = "${key}"; // secretlint-disable-line`];
  await world.model([
    planner(),
    builder(1, { applyPatch: adds('src/config.js', '/* secretlint-disable */', ...config) }, say),
    reviewer(),
  ]);
  await world.run('run', 'do it');
  await world.run('approve', 'latest');

  const refused = await world.run('apply', 'latest', '--json');
  expect(refused.code).toBe(1);
  expect(refused.json()).toMatchObject({
    error: { code: 'secret-found', message: expect.stringContaining('src/config.js:3 (aws)') as string },
  });
  expect(refused.out + refused.err).not.toContain(key);
  expect((await world.run('apply', 'latest', '--check')).code).toBe(1);
  expect((await world.run('apply', 'latest', '--accept-secrets', ' ')).code).toBe(2);
  expect(world.git('status', '--porcelain')).toBe('');

  const applied = await world.run('apply', 'latest', '--accept-secrets', 'an example from the manual');
  expect(applied.code, applied.err).toBe(0);
  expect(await world.read('src/config.js')).toContain(key);
  const { runId } = await world.manifest();
  const events = await readFile(path.join(world.repo, '.runs/adhoc', runId, 'events.jsonl'), 'utf8');
  expect(JSON.parse(events.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'applied',
    data: {
      acceptedSecrets: {
        reason: 'an example from the manual',
        findings: [{ file: 'src/config.js', line: 3, rule: 'aws' }],
      },
    },
  });
});

it('a secret of the user in the diff blocks apply, also where nothing can know its value, and is not shown', async () => {
  const value = `plain words ${randomBytes(9).toString('hex')}`;
  const server = await world.model([
    planner(),
    builder(1, { applyPatch: adds('src/leak.js', `// ${value}`) }, say),
    reviewer(),
  ]);
  const config = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as object;
  await world.configure({
    ...config,
    model: { provider: { id: 'replay', baseUrl: server.baseUrl, apiKeyEnv: 'MY_KEY' }, roles: 'api', name: 'gpt-5.5' },
  });
  world.env['MY_KEY'] = value;
  const run = await world.run('run', 'do it');
  delete world.env['MY_KEY'];
  const approved = await world.run('approve', 'latest');
  const refused = await world.run('apply', 'latest');

  expect(run.code, run.err).toBe(3);
  expect(approved.code, approved.err).toBe(0);
  expect(run.out).toContain('this diff contains your secret MY_KEY and is not shown');
  expect([run, approved, refused].map(({ out, err }) => out + err).join('\n')).not.toContain(value);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('diff.patch (value of MY_KEY)');
});

it('a key that a command cannot fetch blocks the run before anything is sent, with the reason', async () => {
  const server = await world.model([planner()]);
  await world.configure({
    secrets: { KEY: { from: 'command', command: ['no-such-password-manager', 'show', 'the-way-to-it'] } },
    model: { provider: { id: 'replay', baseUrl: server.baseUrl, apiKey: { secret: 'KEY' } }, roles: 'api' },
  });
  expect((await world.run('run', 'do it')).code).toBe(1);
  expect(await world.manifest()).toMatchObject({
    state: 'blocked',
    end: { code: 'secret-unavailable', message: expect.stringContaining('no-such-password-manager') as string },
  });
  expect(server.report().exchanges).toEqual([]);
  const audit = await world.run('audit', 'list');
  expect(audit.out).toMatch(/secret-failure +failed .* secret KEY: command: secret-unavailable/);
  expect(audit.out).not.toContain('the-way-to-it');
});

it('hidden and reordering characters are neutralised wherever they are shown, and flagged', async () => {
  const evil = '\u001b]52;c;ZXZpbA==\u0007\u001b]8;;http://evil.example\u0007\u009b2J\u202e\u2066\u200b\u{e0041}';
  await world.model([
    planner(),
    builder(1, { applyPatch: adds('src/x.js', '// fine', `export const admin = '${evil}';`) }, { say: `Done ${evil}` }),
    {
      scene: 'reviewer',
      when: { agent: 'You are the reviewer' },
      steps: [
        {
          json: {
            verdict: 'approve',
            summary: `Good ${evil}`,
            findings: [{ severity: 'nit', file: `src/${evil}`, line: 1, message: evil }],
          },
        },
      ],
    },
  ]);
  const calls = [
    await world.run('run', `do it ${evil}`),
    await world.run('runs', 'show'),
    await world.run('runs', 'list'),
    await world.run('runs', 'show', '--json'),
    await world.run('run', 'x', `--driver=${evil}`),
    await world.run('runs', 'show', evil),
    await world.run('approve', 'latest', '--reason', evil),
    await world.run('apply', 'latest'),
  ];
  expect(calls[0]?.code, calls[0]?.err).toBe(3);
  expect(calls[0]?.out).toContain('this diff contains hidden or reordering characters: src/x.js:2');
  // eslint-disable-next-line no-control-regex -- that none of these is printed is the point
  const deceptive = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;
  for (const { out, err } of calls) expect(out + err).not.toMatch(deceptive);
  expect((calls[3]?.json() as { goal: string }).goal).toBe(`do it ${evil}`);
});

it('a run goes on in its thread after its key was taken out of what Codex keeps', async () => {
  const key = randomBytes(20).toString('hex');
  const server = await world.model([
    planner(),
    builder(1, { applyPatch: breaking }, { say: `The key is ${key}.` }),
    manager('builder'),
    { ...builder(2, { shell: 'sleep 30' }, say), scene: 'builder is interrupted', times: 1 },
    builder(2, { applyPatch: mending }, say),
    reviewer(),
  ]);
  const config = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as object;
  await world.configure({
    ...config,
    model: { provider: { id: 'replay', baseUrl: server.baseUrl, apiKeyEnv: 'MY_KEY' }, roles: 'api', name: 'gpt-5.5' },
  });
  world.env['MY_KEY'] = key;
  const call = world.start('run', 'do it');
  await call.until(/\$ .*sleep 30/);
  call.signal('SIGINT');
  expect((await call.said).code).toBe(130);
  expect(await filesWith(path.join(world.root, 'state'), [key])).toEqual([]);

  const resumed = await world.run('resume');
  expect(resumed.code, resumed.err).toBe(3);
  const { runId } = await world.manifest();
  const events = await readFile(path.join(world.repo, '.runs/adhoc', runId, 'events.jsonl'), 'utf8');
  const threads = [...events.matchAll(/"threadId":"([^"]+)"/g)].map(([, id]) => id);
  expect(threads).toHaveLength(2);
  expect(new Set(threads).size).toBe(1);
});
