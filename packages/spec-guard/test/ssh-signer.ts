import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type Approval, approvalText } from '@codex-orch/core';

const field = (content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

export interface TestSigner {
  /** Type and base64, as an allowed signers file has it. */
  readonly publicKey: string;
  sign(text: string): string;
}

/** An Ed25519 key that signs as `ssh-keygen -Y sign -n codex-orch` does, without starting a process. */
export function testSigner(): TestSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([field('ssh-ed25519'), field(Buffer.from(x, 'base64url'))]);
  return {
    publicKey: `ssh-ed25519 ${key.toString('base64')}`,
    sign(text) {
      const digest = createHash('sha512').update(text).digest();
      const magic = Buffer.from('SSHSIG');
      const signed = Buffer.concat([magic, field('codex-orch'), field(''), field('sha512'), field(digest)]);
      const signature = Buffer.concat([field('ssh-ed25519'), field(sign(null, signed, privateKey))]);
      const version = Buffer.from([0, 0, 0, 1]);
      const blob = Buffer.concat([
        magic,
        version,
        field(key),
        field('codex-orch'),
        field(''),
        field('sha512'),
        field(signature),
      ]);
      const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
      return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
    },
  };
}

export const signed = (approval: Approval, signer: TestSigner): Approval => ({
  ...approval,
  signature: signer.sign(approvalText(approval)),
});
