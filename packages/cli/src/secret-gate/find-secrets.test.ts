import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findSecrets, type SecretSearch } from './find-secrets.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'secret-gate-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Every value is made here and every prefix put together, so that no scanner takes this file for a leak. */
const draw = (length: number, characters: string): string =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const word = (length: number): string => draw(length, letters + digits);
const hex = (length: number): string => draw(length, `${digits}abcdef`);
const upper = (length: number): string => draw(length, `ABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}`);
const join = (...parts: readonly string[]): string => parts.join('');

const pem = (): string[] => [
  join('-----BEGIN', ' PRIVATE KEY-----'),
  join('MI', word(62)),
  word(64),
  word(64),
  join('-----END', ' PRIVATE KEY-----'),
];

/** What such a token encodes has to end at the end of a group of three bytes and one more. */
const serviceAccount = (): string => {
  const account = (salt: string): string =>
    JSON.stringify({
      signInAddress: 'my.1password.com',
      userAuth: { method: 'SRPg-4096', alg: 'PBES2g-HS256', iterations: 650_000, salt },
      email: `${hex(13)}@1passwordserviceaccounts.com`,
      srpX: hex(64),
      muk: { alg: 'A256GCM', ext: true, k: word(43), key_ops: ['encrypt', 'decrypt'], kty: 'oct', kid: 'mp' },
      secretKey: `A3-${upper(6)}-${upper(6)}-${upper(5)}-${upper(5)}-${upper(5)}-${upper(5)}`,
      throttleSecret: { seed: hex(64), uuid: upper(26) },
      deviceUuid: hex(26),
    });
  const fitting = [20, 21, 22].map((length) => account(word(length))).find((text) => text.length % 3 === 1) ?? '';
  return join('o', 'ps_', Buffer.from(fitting).toString('base64'));
};

type Sample = readonly [rule: string, file: string, lines: () => readonly string[]];

const line = (rule: string, text: () => string, file = 'src/config.js'): Sample => [
  rule,
  file,
  () => [`const it = "${text()}";`],
];

const samples: readonly Sample[] = [
  line('aws', () => join('AK', 'IA', upper(16))),
  line('aws', () => join('AS', 'IA', upper(16))),
  ['aws', '.env', () => [join('AWS_SECRET_', 'ACCESS_KEY=', word(40))]],
  ['gcp', 'key.json', () => [JSON.stringify({ private_key_id: hex(40), private_key: pem().join('\n') })]],
  ['privatekey', 'id_rsa', pem],
  ['privatekey', 'a.json', () => [JSON.stringify({ key: `${pem().join('\n')}\n` })]],
  line('npm', () => join('np', 'm_', word(36))),
  ['npm', 'app/.npmrc', () => [join('//registry.npmjs.org/:_auth', 'Token=', word(36))]],
  ['npm', 'package.json', () => [join('"git+https://', hex(40), ':x-oauth-basic', '@github.com/a/b"')]],
  line('basicauth', () => join('https://deployer:', word(20), '@registry.acme.io/x')),
  line('slack', () => join('xo', 'xb-', draw(12, digits), '-', draw(12, digits), '-', word(24))),
  line('sendgrid', () => join('S', 'G.', word(22), '.', word(43))),
  line('shopify', () => join('shp', 'at_', hex(32))),
  line('github', () => join('gh', 'p_', word(36))),
  line('github', () => join('github_', 'pat_', word(82))),
  line('gitlab', () => join('gl', 'pat-', word(20))),
  line('grafana', () => join('gl', 'c_', word(40))),
  line('openai', () => join('s', 'k-', word(20), 'T3Blbk', 'FJ', word(20))),
  line('openai', () => join('s', 'k-proj-', word(74), 'T3Blbk', 'FJ', word(74))),
  line('anthropic', () => join('sk-', 'ant-', 'api03-', word(93), 'AA')),
  line('groq', () => join('gs', 'k_', word(52))),
  line('huggingface', () => join('h', 'f_', draw(34, letters))),
  line('linear', () => join('lin_', 'api_', word(40))),
  line('notion', () => join('nt', 'n_', draw(11, digits), word(35))),
  line('1password', serviceAccount),
  line('database-connection-string', () => join('postgres://app:', word(20), '@db.acme.io:5432/app')),
  line('hashicorp-vault', () => join('hv', 's.', word(95))),
  line('vercel', () => join('vc', 'p_', word(24))),
  line('databricks', () => join('da', 'pi', hex(32))),
  line('docker', () => join('dckr_', 'pat_', word(27))),
  line('figma', () => join('fig', 'd_', word(40))),
];

async function searchOf(file: string, lines: readonly string[]): Promise<SecretSearch> {
  const text = [
    `diff --git a/${file} b/${file}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${file}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((added) => `+${added}`),
    '',
  ].join('\n');
  await writeFile(path.join(dir, 'diff.patch'), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const diff = { kind: 'diff', path: 'diff.patch', sha256, bytes: Buffer.byteLength(text) } as const;
  return { dir, artifacts: new Map([['diff.patch', diff]]), diffSha256: sha256 };
}

const find = async (file: string, lines: readonly string[]) => findSecrets(await searchOf(file, lines));

describe('the gate', () => {
  it.each(samples)('finds a key of the kind "%s" in %s', async (rule, file, lines) => {
    const found = await find(file, lines());
    expect(found.map((finding) => finding.rule)).toContain(rule);
    expect(found.every((finding) => finding.file === file)).toBe(true);
  });

  it('has no rule that finds nothing', () => {
    const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
    // The one that is off: it would let what is searched turn the search off.
    expect(new Set([...samples.map(([rule]) => rule), 'filter-comments'])).toEqual(new Set(names));
  });

  it('names the line of the id of an AWS key, and repeats nothing of it', async () => {
    const id = join('AK', 'IA', upper(16));
    const found = await find('infra/main.tf', ['provider "aws" {', `  access_key = "${id}"`, '}']);
    expect(found).toEqual([{ file: 'infra/main.tf', line: 2, rule: 'aws' }]);
    expect(JSON.stringify(found)).not.toContain(id);
  });

  it('takes no account, no part of a word and no example of the manual for the id of an AWS key', async () => {
    const found = await find('infra/main.tf', [
      'account_id = "123456789012"',
      'aws_account: 1234-5678-9012',
      `hash = "x${join('AK', 'IA', upper(16))}y"`,
      join('AK', 'IA', 'IOSFODNN7', 'EXAMPLE'),
    ]);
    expect(found).toEqual([]);
  });

  it('opens no file that has the name of one in the diff', async () => {
    execFileSync('mkfifo', [path.join(dir, 'trap.p12')]);
    const cwd = path.join(import.meta.dirname, '../..');
    const search = await searchOf(path.relative(cwd, path.join(dir, 'trap.p12')), ['text']);
    const script = `
      import { findSecrets } from ${JSON.stringify(path.join(import.meta.dirname, 'find-secrets.ts'))};
      const { dir, artifacts, diffSha256 } = ${JSON.stringify({ ...search, artifacts: [...search.artifacts] })};
      console.log(JSON.stringify(await findSecrets({ dir, artifacts: new Map(artifacts), diffSha256 })));
    `;
    const register = ['--import', '@swc-node/register/esm-register', '--conditions', '@codex-orch/source'];
    const child = spawn(process.execPath, [...register, '--input-type=module', '--eval', script], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    // Who opens a pipe to read waits for a writer, and here is none.
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(JSON.parse(Buffer.concat(said).toString())).toEqual([]);
  }, 60_000);
});
