import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { OrchError } from '../errors/orch-error.js';
import { SecretBroker, type SecretFailure } from './broker.js';
import { trustedPath } from './from-command.js';
import { Redactor } from './redactor.js';
import { secretsSchema, type SecretSource, type SecretSources } from './source.js';

let folder: string;
let redactor: Redactor;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'secret-'));
  redactor = new Redactor();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const brokerOf = (sources: SecretSources, env: NodeJS.ProcessEnv = {}): SecretBroker =>
  new SecretBroker({ sources, env: { PATH: process.env['PATH'], HOME: folder, ...env }, redactor });

const read = async (source: SecretSource, env?: NodeJS.ProcessEnv): Promise<string> =>
  (await brokerOf({ KEY: source }, env).get('KEY')).reveal();

const code = async (reading: Promise<unknown>): Promise<string> => {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof OrchError ? `${error.code}: ${error.message}` : `no OrchError: ${String(error)}`;
};

const node = (script: string, more: Partial<Extract<SecretSource, { from: 'command' }>> = {}): SecretSource => ({
  from: 'command',
  command: [process.execPath, '-e', script],
  ...more,
});

describe('a secret', () => {
  it('is fetched once, and redacted before anybody has it', async () => {
    const counter = path.join(folder, 'count');
    const broker = brokerOf({
      KEY: node(`fs.appendFileSync(${JSON.stringify(counter)}, 'x'); console.log('hunter2hunter2')`),
    });
    const [first, second] = await Promise.all([broker.get('KEY'), broker.get('KEY')]);
    expect(first).toBe(second);
    expect(redactor.text('hunter2hunter2')).toBe('[redacted:KEY]');
    expect(await readFile(counter, 'utf8')).toBe('x');
  });

  it('that nobody configured is refused with what is there', async () => {
    expect(await code(brokerOf({ OTHER: { from: 'env', variable: 'X' } }).get('KEY'))).toMatch(
      /^secret-unknown: .*OTHER/,
    );
    expect(await code(brokerOf({}).get('constructor'))).toMatch(/^secret-unknown/);
  });

  it('that is too short to be redacted is refused', async () => {
    expect(await code(read({ from: 'env', variable: 'X' }, { X: '12345' }))).toMatch(/^secret-too-short/);
  });

  it('that could not be had is asked for again', async () => {
    const file = path.join(folder, 'key');
    const broker = brokerOf({ KEY: { from: 'file', path: file } });
    expect(await code(broker.get('KEY'))).toMatch(/^secret-unavailable: .*does not exist/);
    await writeFile(file, 'hunter2hunter2', { mode: 0o600 });
    expect((await broker.get('KEY')).reveal()).toBe('hunter2hunter2');
  });
});

describe('a secret that cannot be had', () => {
  const failures = async (sources: SecretSources, name: string, env: NodeJS.ProcessEnv = {}) => {
    const told: SecretFailure[] = [];
    const broker = new SecretBroker({
      sources,
      env: { PATH: process.env['PATH'], ...env },
      redactor,
      onFailure: (failure) => Promise.resolve(void told.push(failure)),
    });
    await Promise.allSettled([broker.get(name), broker.get(name)]);
    return told;
  };

  it.each<[string, SecretSource, SecretFailure['from'], string]>([
    ['a variable', { from: 'env', variable: 'MISSING' }, 'env', 'secret-unavailable'],
    ['a short one', { from: 'env', variable: 'SHORT' }, 'env', 'secret-too-short'],
    ['a long one', { from: 'env', variable: 'LONG' }, 'env', 'secret-unavailable'],
    ['a file', { from: 'file', path: '/nowhere/key' }, 'file', 'secret-unavailable'],
    [
      'a command that talks too much',
      node(`console.log('hunter2' + 'hunter2'); console.error('hunter3' + 'hunter3'); process.exit(1)`),
      'command',
      'secret-unavailable',
    ],
    [
      'a Vault',
      { from: 'vault', addr: 'http://127.0.0.1:1', path: 'x', token: { secret: 'TOKEN' } },
      'vault',
      'secret-unavailable',
    ],
  ])('from %s is told once with its kind, name and code, and nothing else', async (_what, source, from, expected) => {
    const env = { SHORT: '12345', LONG: 'x'.repeat(16 * 1024 + 1), TOKEN: 'hvs.the-token' };
    const sources: SecretSources = { KEY: source, TOKEN: { from: 'env', variable: 'TOKEN' } };
    expect(await failures(sources, 'KEY', env)).toEqual([{ name: 'KEY', from, code: expected }]);
  });

  it('because nobody configured it is told as well', async () => {
    expect(await failures({}, 'KEY')).toEqual([{ name: 'KEY', from: 'nowhere', code: 'secret-unknown' }]);
  });

  it('because its token is missing is told with its token', async () => {
    const vaulted = { from: 'vault', addr: 'http://127.0.0.1:1', path: 'x', token: { secret: 'TOKEN' } } as const;
    expect(await failures({ KEY: vaulted, TOKEN: { from: 'env', variable: 'MISSING' } }, 'KEY')).toEqual([
      { name: 'TOKEN', from: 'env', code: 'secret-unavailable' },
      { name: 'KEY', from: 'vault', code: 'secret-unavailable' },
    ]);
  });

  it('because nobody waits for it any more is no failure', async () => {
    const told: SecretFailure[] = [];
    const broker = new SecretBroker({
      sources: { KEY: node('setInterval(() => {}, 1000)') },
      env: { PATH: process.env['PATH'] },
      redactor,
      onFailure: (failure) => Promise.resolve(void told.push(failure)),
    });
    await expect(broker.get('KEY', AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(told).toEqual([]);
  });
});

describe('from the environment', () => {
  it('is what the variable holds', async () => {
    expect(await read({ from: 'env', variable: 'X' }, { X: 'hunter2hunter2' })).toBe('hunter2hunter2');
  });

  it('is missing when the variable is empty', async () => {
    expect(await code(read({ from: 'env', variable: 'X' }, { X: '' }))).toMatch(
      /^secret-unavailable: .*X: it is not set/,
    );
  });
});

describe('from a file', () => {
  const keyFile = async (mode: number): Promise<string> => {
    const file = path.join(folder, 'key');
    await writeFile(file, 'hunter2hunter2\n');
    await chmod(file, mode);
    return file;
  };

  it('is its content without the last newline, also under ~', async () => {
    expect(await read({ from: 'file', path: await keyFile(0o600) })).toBe('hunter2hunter2');
    expect(await read({ from: 'file', path: '~/key' })).toBe('hunter2hunter2');
    expect(await read({ from: 'file', path: await keyFile(0o400) })).toBe('hunter2hunter2');
  });

  it.each(['640', '604', '620', '601'])('is refused when its mode is %s', async (mode) => {
    expect(await code(read({ from: 'file', path: await keyFile(Number.parseInt(mode, 8)) }))).toMatch(
      new RegExp(`^secret-file-mode: .*mode ${mode}`),
    );
  });

  it('is refused through a symbolic link, and when it is no plain file', async () => {
    const target = await keyFile(0o600);
    const alias = path.join(folder, 'alias');
    await symlink(target, alias);
    expect(await code(read({ from: 'file', path: alias }))).toMatch(/^secret-file-mode: .*symbolic link/);
    await mkdir(path.join(folder, 'dir'), { mode: 0o700 });
    expect(await code(read({ from: 'file', path: path.join(folder, 'dir') }))).toMatch(
      /^secret-file-mode: .*no plain file/,
    );
  });

  it('is refused when it belongs to somebody else', async () => {
    const file = process.getuid?.() === 0 ? await keyFile(0o600) : '/etc/hostname';
    if (process.getuid?.() === 0) await chown(file, 65_534, 65_534);
    expect(await code(read({ from: 'file', path: file }))).toMatch(/^secret-file-mode: .*belongs to user/);
  });
});

describe('from a command', () => {
  it('is what it prints, trimmed, with the user environment and without a terminal or input', async () => {
    const script = `process.stdin.on('end', () => console.log('  ' + process.env.SESSION + '-hunter2', '\\n')).resume()`;
    expect(await read(node(script), { SESSION: 'abc' })).toBe('abc-hunter2');
  });

  it.each<[string, SecretSource, RegExp]>([
    [
      'fails',
      node(`console.log('half' + '-a-secret'); console.error('vault is sealed'); process.exit(2)`),
      /ended with 2 and said: vault is sealed/,
    ],
    ['hangs', node('setInterval(() => {}, 1000)', { timeoutSeconds: 0.3 }), /did not end within 0.3 seconds/],
    ['prints too much', node(`console.log('x'.repeat(20000))`), /more than 16384 bytes/],
    ['is not there', { from: 'command', command: ['no-such-password-manager'] }, /cannot be started/],
  ])('that %s is unavailable, and nothing it printed is told', async (_what, source, reason) => {
    const said = await code(read(source));
    expect(said).toMatch(/^secret-unavailable/);
    expect(said).toMatch(reason);
    expect(said).not.toContain('half-a-secret');
  });

  it('passes its arguments as they are: there is no shell', async () => {
    const source: SecretSource = {
      from: 'command',
      command: [process.execPath, '-p', 'process.argv[1]', '$(echo no); `no`'],
    };
    expect(await read(source)).toBe('$(echo no); `no`');
  });

  it('is not looked for where a repository can put programs', async () => {
    const bin = path.join(folder, 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, 'planted'), '#!/bin/sh\necho planted-secret\n', { mode: 0o755 });
    const source: SecretSource = { from: 'command', command: ['planted'] };
    const PATH = `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`;
    expect(await code(read(source, { PATH }))).toMatch(/^secret-unavailable: .*cannot be started/);
    expect(trustedPath(['.', 'bin', '/usr/bin', '/repo/tools', bin, ''].join(path.delimiter), '/repo')).toBe(
      '/usr/bin',
    );
  });

  it('ends with the signal of who wants it', async () => {
    const controller = new AbortController();
    const reading = brokerOf({ KEY: node('setInterval(() => {}, 1000)') }).get('KEY', controller.signal);
    controller.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });
});

/** Vault's documented answers of the KV engine: version 2 at `secret` (with a deleted secret), version 1 at `kv/one`. */
async function vault(tokens: readonly string[] = ['hvs.the-token']): Promise<{
  addr: string;
  asked: IncomingMessage[];
}> {
  const asked: IncomingMessage[] = [];
  const answer = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const metadata = { created_time: '2018-03-22T02:24:06.945319214Z', deletion_time: '', destroyed: false, version: 2 };
  const server = createServer((request, response) => {
    asked.push(request);
    if (!tokens.includes(String(request.headers['x-vault-token']))) {
      answer(response, 403, { errors: ['permission denied'] });
      return;
    }
    switch (request.url) {
      case '/v1/secret/data/team/model%20key':
        answer(response, 200, {
          request_id: '1',
          lease_duration: 0,
          renewable: false,
          data: { data: { value: 'hunter2hunter2', other: 'hunter3hunter3', number: 1 }, metadata },
        });
        break;
      case '/v1/kv/one/team/model%20key':
        answer(response, 200, {
          auth: null,
          data: { value: 'hunter4hunter4' },
          lease_duration: 2_764_800,
          lease_id: '',
          renewable: false,
        });
        break;
      case '/v1/secret/data/deleted':
        answer(response, 404, {
          data: { data: null, metadata: { deletion_time: '2018-03-22T02:36:43Z', version: 1 } },
        });
        break;
      case '/v1/secret/team/model%20key':
        answer(response, 404, {
          errors: [],
          warnings: [
            'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate endpoints.',
          ],
        });
        break;
      case '/v1/secret/data/moved':
        answer(response, 307, {}, { location: 'http://127.0.0.1:1/v1/secret/data/moved' });
        break;
      case '/v1/secret/data/sealed':
        answer(response, 503, { errors: ['Vault is sealed'] });
        break;
      case '/v1/secret/data/busy':
        answer(
          response,
          429,
          { errors: ['request path "secret/data/busy": rate limit quota exceeded'] },
          { 'retry-after': '7' },
        );
        break;
      case '/v1/secret/data/page':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Vault</title>');
        break;
      case '/v1/secret/data/list':
        answer(response, 200, { data: { keys: ['a', 'b'] } });
        break;
      case '/v1/secret/data/text':
        answer(response, 200, { data: { data: 'hunter2hunter2', metadata } });
        break;
      case '/v1/secret/data/huge':
        answer(response, 200, { data: { data: { value: 'x'.repeat(1024 * 1024) }, metadata } });
        break;
      case '/v1/secret/data/long':
        answer(response, 200, { data: { data: { value: 'x'.repeat(16 * 1024 + 1) }, metadata } });
        break;
      default:
        answer(response, 404, { errors: [] });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { addr: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('from Vault', () => {
  const from = (addr: string, path_: string, more: object = {}): SecretSources =>
    secretsSchema.parse({
      KEY: { from: 'vault', addr, path: path_, token: { secret: 'TOKEN' }, ...more },
      TOKEN: { from: 'env', variable: 'VAULT_TOKEN' },
    });
  const env = { VAULT_TOKEN: 'hvs.the-token' };

  it('is a field of the newest version, asked for with the token', async () => {
    const { addr, asked } = await vault();
    expect((await brokerOf(from(addr, 'team/model key'), env).get('KEY')).reveal()).toBe('hunter2hunter2');
    const other = from(`${addr}/`, 'team/model key', { field: 'other', namespace: 'ns1' });
    expect((await brokerOf(other, env).get('KEY')).reveal()).toBe('hunter3hunter3');
    expect(asked.map(({ method, headers }) => [method, headers['x-vault-namespace']])).toEqual([
      ['GET', undefined],
      ['GET', 'ns1'],
    ]);
    expect(redactor.text('hvs.the-token')).toBe('[redacted:TOKEN]');
  });

  it('is a field in the KV engine of version 1', async () => {
    const { addr } = await vault();
    const one = from(addr, 'team/model key', { mount: 'kv/one', version: 1 });
    expect((await brokerOf(one, env).get('KEY')).reveal()).toBe('hunter4hunter4');
  });

  it('is asked for again with a newer token when the one of an earlier secret is refused', async () => {
    const tokens = ['hvs.first-token'];
    const { addr, asked } = await vault(tokens);
    const tokenFile = path.join(folder, 'token');
    await writeFile(tokenFile, 'hvs.first-token', { mode: 0o600 });
    const source = { from: 'vault', addr, path: 'team/model key', token: { secret: 'TOKEN' } } as const;
    const broker = brokerOf({
      KEY: source,
      LATER: { ...source, field: 'other' },
      LAST: { ...source, field: 'value' },
      TOKEN: { from: 'file', path: tokenFile },
    });
    expect((await broker.get('KEY')).reveal()).toBe('hunter2hunter2');

    tokens[0] = 'hvs.second-token';
    await writeFile(tokenFile, 'hvs.second-token');
    expect((await broker.get('LATER')).reveal()).toBe('hunter3hunter3');
    expect(asked.map(({ headers }) => headers['x-vault-token'])).toEqual([
      'hvs.first-token',
      'hvs.first-token',
      'hvs.second-token',
    ]);
    expect(redactor.text('hvs.first-token hvs.second-token')).toBe('[redacted:TOKEN] [redacted:TOKEN]');

    tokens[0] = 'hvs.third-token';
    expect(await code(broker.get('LAST'))).toMatch(/^secret-unavailable: .*the token "TOKEN" is refused/);
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['deleted', {}, /no such secret, or its newest version is deleted/],
    ['nothing-here', {}, /no such secret/],
    ['sealed', {}, /answers 503 \(Vault is sealed\)/],
    ['busy', {}, /answers 429 \(.*rate limit quota exceeded\), and asks to wait 7 seconds/],
    ['moved', {}, /cannot be reached \(unexpected redirect\)/],
    ['page', {}, /not that of a KV engine of version 2/],
    ['list', {}, /not that of a KV engine of version 2/],
    ['text', {}, /not that of a KV engine of version 2/],
    ['huge', {}, /more than 1048576 bytes/],
    ['long', {}, /more than 16384 bytes/],
    ['team/model key', { version: 1 }, /no such secret/],
    ['team/model key', { mount: 'kv/one' }, /no such secret/],
    ['team/model key', { field: 'number' }, /no text in the field "number"/],
  ] as const)('at "%s" %o is unavailable with the reason', async (where, more, reason) => {
    const { addr } = await vault();
    const said = await code(brokerOf(from(addr, where, more), env).get('KEY'));
    expect(said).toMatch(/^secret-unavailable/);
    expect(said).toMatch(reason);
  });

  it('is unavailable with a wrong token, and where nobody listens', async () => {
    const { addr } = await vault();
    expect(await code(brokerOf(from(addr, 'x'), { VAULT_TOKEN: 'hvs.wrong-token' }).get('KEY'))).toMatch(
      /^secret-unavailable: .*the token "TOKEN" is refused \(permission denied\)/,
    );
    expect(await code(brokerOf(from('http://127.0.0.1:1', 'x'), env).get('KEY'))).toMatch(/cannot be reached/);
  });

  it('cannot need itself', async () => {
    const source = { from: 'vault', addr: 'http://127.0.0.1:1', path: 'x' } as const;
    const sources: SecretSources = {
      A: { ...source, token: { secret: 'B' } },
      B: { ...source, token: { secret: 'A' } },
    };
    expect(await code(brokerOf(sources).get('A'))).toMatch(/^secret-unavailable: .*A needs B needs A/);
  });

  it.each([
    ['http://vault.example.org:8200', 'x', 'in the clear'],
    ['https://user:hunter2@vault.example.org', 'x', 'a password'],
    ['ftp://vault.example.org', 'x', 'begin with https'],
    ['https://vault.example.org', '../sys/seal', 'and no'],
    ['https://vault.example.org', '/x', 'names with'],
    ['https://vault.example.org', 'x?list=true', 'names with'],
  ])('is not configured with %s and %s', (addr, where, why) => {
    expect(() => from(addr, where)).toThrow(why);
  });
});
