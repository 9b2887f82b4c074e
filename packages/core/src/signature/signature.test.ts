import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeKey, type TestKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { signText } from './sign-text.js';
import { verifySignature } from './verify-signature.js';

const text = '{"decision":"approved"}';
const env = process.env;
const ada = 'ada@example.org';
const key: Record<string, TestKey> = {};

let folder: string;
let signers: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  signers = path.join(folder, 'allowed_signers');
  key['own'] = makeKey(folder, 'own');
  key['other'] = makeKey(folder, 'other');
});

const keyOf = (name: string): TestKey => key[name] as TestKey;

/** What ssh-keygen itself says of a signature. */
async function sshKeygenAccepts(said: string, signature: string, namespace = 'codex-orch'): Promise<boolean> {
  const file = path.join(folder, 'signature');
  await writeFile(file, signature);
  const args = ['-Y', 'verify', '-f', signers, '-I', ada, '-n', namespace, '-s', file];
  return spawnSync('ssh-keygen', args, { input: said }).status === 0;
}

const accepts = (said: string, signature: string, namespace = 'codex-orch'): Promise<boolean> =>
  verifySignature(said, signature, { allowedSigners: signers, identity: ada, namespace, env }).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'signature-invalid' });
      return false;
    },
  );

describe('we and ssh-keygen agree on', () => {
  const line = (options = ''): string => `${ada} ${options}${options && ' '}${keyOf('own').publicKey}\n`;
  const cases: readonly (readonly [string, () => string, boolean])[] = [
    ['a key that is listed', () => line(), true],
    ['a key that is listed second', () => `${ada} ${keyOf('other').publicKey}\n${line()}`, true],
    ['a pattern of principals', () => `bob@x.org,*@example.org ${keyOf('own').publicKey} a comment\n`, true],
    ['quoted principals', () => `"${ada},bob" ${keyOf('own').publicKey}\n`, true],
    ['a negated principal', () => `*@example.org,!${ada} ${keyOf('own').publicKey}\n`, false],
    ['a key that is listed for somebody else', () => `bob@example.org ${keyOf('own').publicKey}\n`, false],
    ['a principal in other letters', () => `ADA@example.org ${keyOf('own').publicKey}\n`, false],
    ['another key', () => `${ada} ${keyOf('other').publicKey}\n`, false],
    ['no key at all', () => '# nobody\n\n', false],
    ['a key for this namespace', () => line('namespaces="git,codex-*"'), true],
    ['a key for another namespace', () => line('namespaces="git"'), false],
    ['a key that has expired', () => line('valid-before="20200101"'), false],
    ['a key that is not valid yet', () => line('valid-after="29990101Z"'), false],
    ['a key that is valid now', () => line('valid-after="20200101120000Z",valid-before="29990101"'), true],
    ['a key that only vouches for others', () => line('cert-authority'), false],
  ];

  it.each(cases)('%s', async (_name, file, expected) => {
    await writeFile(signers, file());
    const signature = await signText(text, { key: keyOf('own').file, env });
    expect(await sshKeygenAccepts(text, signature)).toBe(expected);
    expect(await accepts(text, signature)).toBe(expected);
  });

  it('a text that was altered, and a signature for another namespace', async () => {
    await writeFile(signers, `${ada} ${keyOf('own').publicKey}\n`);
    const signature = await signText(text, { key: keyOf('own').file, env });
    expect(await sshKeygenAccepts(`${text} `, signature)).toBe(false);
    expect(await accepts(`${text} `, signature)).toBe(false);
    const forGit = await signText(text, { key: keyOf('own').file, namespace: 'git', env });
    expect(await sshKeygenAccepts(text, forGit)).toBe(false);
    expect(await accepts(text, forGit)).toBe(false);
    expect(await accepts(text, forGit, 'git')).toBe(true);
  });

  it.each(['rsa', 'ecdsa'] as const)('keys of type %s', async (type) => {
    const made = makeKey(folder, type, type);
    await writeFile(signers, `${ada} ${made.publicKey}\n`);
    const signature = await signText(text, { key: made.file, env });
    expect(await sshKeygenAccepts(text, signature)).toBe(true);
    expect(await accepts(text, signature)).toBe(true);
    expect(await accepts(`${text}!`, signature)).toBe(false);
  });
});

it('says who signed, with the fingerprint that ssh-keygen shows', async () => {
  await writeFile(signers, `${ada} ${keyOf('own').publicKey}\n`);
  const signature = await signText(text, { key: keyOf('own').file, env });
  const signer = await verifySignature(text, signature, { allowedSigners: signers, env });
  const shown = spawnSync('ssh-keygen', ['-l', '-f', keyOf('own').file], { encoding: 'utf8' }).stdout.split(' ')[1];
  expect(signer).toEqual({ principals: ada, keyType: 'ssh-ed25519', fingerprint: shown });
});

it('takes the key as it was at the time that is asked for', async () => {
  await writeFile(signers, `${ada} valid-before="20200101Z" ${keyOf('own').publicKey}\n`);
  const signature = await signText(text, { key: keyOf('own').file, env });
  const at = Date.UTC(2019, 5);
  await expect(verifySignature(text, signature, { allowedSigners: signers, at, env })).resolves.toBeTruthy();
  await expect(verifySignature(text, signature, { allowedSigners: signers, env })).rejects.toThrow(
    /no longer valid at .* \(line 1\)/,
  );
});

it('does not support certificates, and says so', async () => {
  const own = keyOf('own').file;
  spawnSync('ssh-keygen', ['-q', '-s', keyOf('other').file, '-I', 'id', '-n', ada, `${own}.pub`]);
  await writeFile(signers, `${ada} cert-authority ${keyOf('other').publicKey}\n`);
  const signature = await signText(text, { key: `${own}-cert.pub`, env });
  await expect(verifySignature(text, signature, { allowedSigners: signers, identity: ada, env })).rejects.toThrow(
    'cert-authority lines are not supported',
  );
});

it('signs with a key that only an agent holds', async () => {
  const own = keyOf('own').file;
  await writeFile(signers, `${ada} ${keyOf('own').publicKey}\n`);
  const socket = path.join(folder, 'agent');
  const agent = spawnSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1]);
  try {
    const withAgent = { ...env, SSH_AUTH_SOCK: socket };
    expect(spawnSync('ssh-add', ['-q', own], { env: withAgent }).status).toBe(0);
    const publicKey = path.join(folder, 'public', 'key.pub');
    spawnSync('mkdir', [path.dirname(publicKey)]);
    await writeFile(publicKey, await readFile(`${own}.pub`));
    expect(await accepts(text, await signText(text, { key: publicKey, env: withAgent }))).toBe(true);
  } finally {
    process.kill(pid);
  }
});

describe('signing fails with a reason', () => {
  it('when the key is missing', async () => {
    await expect(signText(text, { key: path.join(folder, 'nothing'), env })).rejects.toMatchObject({
      code: 'signing-failed',
      message: expect.stringContaining('No such file') as string,
    });
  });

  it('when ssh-keygen is not installed', async () => {
    await expect(signText(text, { key: keyOf('own').file, env: { ...env, PATH: folder } })).rejects.toMatchObject({
      code: 'signing-failed',
      message: expect.stringContaining('not installed') as string,
    });
  });

  it('when the key wants a passphrase that nobody can be asked for', async () => {
    const locked = path.join(folder, 'locked');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', locked]);
    await expect(
      signText(text, { key: locked, env: { PATH: env['PATH'], SSH_ASKPASS_REQUIRE: 'never' } }),
    ).rejects.toMatchObject({ code: 'signing-failed', hint: expect.stringContaining('ssh-agent') as string });
  });
});
