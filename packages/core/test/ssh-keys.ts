import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface TestKey {
  /** Path of the private key. */
  readonly file: string;
  /** The public key as an allowed signers file has it: type and base64. */
  readonly publicKey: string;
}

/** Makes a key pair without a passphrase. */
export function makeKey(folder: string, name: string, type: 'ed25519' | 'rsa' | 'ecdsa' = 'ed25519'): TestKey {
  const file = path.join(folder, name);
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', name, '-f', file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ') };
}
