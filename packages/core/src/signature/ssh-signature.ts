import { createHash } from 'node:crypto';
import { SignatureMalformedError } from './errors.js';
import { WireReader, wireString } from './wire-reader.js';

/** Binds a signature to this program: one that was made for git or a file proves nothing here. */
export const SIGNATURE_NAMESPACE = 'codex-orch';

/** No key that OpenSSH knows makes a longer one. */
const MAX_ARMOR = 64 * 1024;
const MAGIC = 'SSHSIG';
const hashAlgorithms = ['sha256', 'sha512'] as const;

/**
 * A signature as `ssh-keygen -Y sign` makes it.
 *
 * The format is PROTOCOL.sshsig of OpenSSH: magic, version 1, public key, namespace, reserved, hash algorithm, signature.
 */
export interface SshSignature {
  readonly keyType: string;
  /** The public key in the binary format of SSH. */
  readonly publicKey: Buffer;
  readonly namespace: string;
  readonly hashAlgorithm: (typeof hashAlgorithms)[number];
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** Parses an armored signature. Throws {@link SignatureMalformedError}, and nothing else, whatever it is given. */
export function parseSshSignature(armored: string): SshSignature {
  if (armored.length > MAX_ARMOR) throw new SignatureMalformedError(`it is longer than ${MAX_ARMOR} characters`);
  const body = /^-----BEGIN SSH SIGNATURE-----\r?\n([\s\S]*?)\r?\n-----END SSH SIGNATURE-----\s*$/.exec(armored)?.[1];
  if (body === undefined) throw new SignatureMalformedError('its first or last line is missing');
  const base64 = body.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new SignatureMalformedError('it is not base64');

  const reader = new WireReader(Buffer.from(base64, 'base64'));
  if (reader.take(MAGIC.length).toString('latin1') !== MAGIC) throw new SignatureMalformedError('its magic is wrong');
  const version = reader.uint32();
  if (version !== 1) throw new SignatureMalformedError(`its version is ${version}, not 1`);
  const publicKey = reader.string();
  const namespace = reader.name();
  reader.string();
  const hash = reader.name();
  const hashAlgorithm = hashAlgorithms.find((known) => known === hash);
  if (!hashAlgorithm) throw new SignatureMalformedError(`its hash algorithm "${hash}" is neither sha256 nor sha512`);
  const inner = new WireReader(reader.string());
  reader.end();
  const algorithm = inner.name();
  const signature = inner.string();
  // Hardware keys append a flag and a counter; ssh-keygen looks at those.
  if (!algorithm.startsWith('sk-')) inner.end();
  return { keyType: new WireReader(publicKey).name(), publicKey, namespace, hashAlgorithm, algorithm, signature };
}

/** What the key really signed: the namespace and a hash of the text. */
export function signedBytes(text: string, { namespace, hashAlgorithm }: SshSignature): Buffer {
  const digest = createHash(hashAlgorithm).update(text).digest();
  return Buffer.concat([
    Buffer.from(MAGIC),
    wireString(namespace),
    wireString(''),
    wireString(hashAlgorithm),
    wireString(digest),
  ]);
}

/** A key's fingerprint as `ssh-keygen -l` shows it. */
export const fingerprint = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
