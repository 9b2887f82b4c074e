import { beforeEach, describe, expect, it } from 'vitest';
import { makeKey, type TestKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { parseAllowedSigners } from './allowed-signers.js';
import { signText } from './sign-text.js';
import { verifySignatureInProcess } from './verify-in-process.js';

const text = '{"decision":"approved"}';
const identity = 'ada@example.org';
const at = Date.UTC(2026, 10, 22);

let folder: string;
let key: TestKey;
let signature: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  key = makeKey(folder, 'own');
  signature = await signText(text, { key: key.file, env: process.env });
});

const signers = (options = '') => parseAllowedSigners(`${identity} ${options} ${key.publicKey}\n`, 'allowed_signers');

describe('verifySignatureInProcess', () => {
  it('names the signer of a good signature, without waiting', () => {
    expect(verifySignatureInProcess(text, signature, { signers: signers(), identity, at })).toMatchObject({
      principals: identity,
      keyType: 'ssh-ed25519',
    });
  });

  it.each([
    ['another text', () => verifySignatureInProcess(`${text} `, signature, { signers: signers(), identity, at })],
    ['another person', () => verifySignatureInProcess(text, signature, { signers: signers(), identity: 'bob', at })],
    [
      'another namespace',
      () => verifySignatureInProcess(text, signature, { signers: signers(), identity, namespace: 'git', at }),
    ],
    [
      'a key that was no longer valid at that moment',
      () => verifySignatureInProcess(text, signature, { signers: signers('valid-before="20260101Z"'), identity, at }),
    ],
  ])('refuses %s', (_what, check) => {
    expect(check).toThrow(expect.objectContaining({ code: 'signature-invalid' }));
  });

  it('refuses a kind of key that only ssh-keygen can verify, and says so', async () => {
    key = makeKey(folder, 'long', 'rsa');
    const long = await signText(text, { key: key.file, env: process.env });
    expect(() => verifySignatureInProcess(text, long, { signers: signers(), identity, at })).toThrow(/ssh-ed25519/);
  });
});
