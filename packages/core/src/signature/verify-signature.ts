import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type AllowedSigner, matchesPatterns, readAllowedSigners } from './allowed-signers.js';
import { SignatureInvalidError } from './errors.js';
import { lastWords, sshKeygen } from './ssh-keygen.js';
import {
  fingerprint,
  parseSshSignature,
  SIGNATURE_NAMESPACE,
  signedBytes,
  type SshSignature,
} from './ssh-signature.js';
import { WireReader } from './wire-reader.js';

const VERIFY_TIMEOUT_MS = 10_000;

export interface VerifySignatureOptions {
  /** Absolute path of an allowed signers file. */
  readonly allowedSigners: string;
  /** Who must have signed; anyone whom the file lists when absent. */
  readonly identity?: string | undefined;
  readonly namespace?: string | undefined;
  /** When the key must have been valid, in milliseconds since the epoch; now by default. */
  readonly at?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** By whom and with which key a text was signed. */
export interface VerifiedSigner {
  /** The principals of the line that lists the key. */
  readonly principals: string;
  readonly keyType: string;
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: string;
}

/**
 * Checks that a text was signed, for this program, by somebody whom the allowed signers file lists.
 *
 * Ed25519 is verified in this process; all other kinds of keys by ssh-keygen.
 * Throws {@link SignatureMalformedError}, {@link SignatureInvalidError} and {@link AllowedSignersError}.
 */
export async function verifySignature(
  text: string,
  armored: string,
  options: VerifySignatureOptions,
): Promise<VerifiedSigner> {
  const { namespace = SIGNATURE_NAMESPACE, at = Date.now(), identity } = options;
  const signature = parseSshSignature(armored);
  if (signature.namespace !== namespace)
    throw new SignatureInvalidError(`it was made for "${signature.namespace}", not for "${namespace}"`);
  const signer = findSigner(await readAllowedSigners(options.allowedSigners), signature, { identity, namespace, at });
  if (signature.keyType === 'ssh-ed25519') verifyEd25519(text, signature);
  else await verifyWithSshKeygen(text, armored, signature, signer, options);
  return {
    principals: signer.principals,
    keyType: signature.keyType,
    fingerprint: fingerprint(signature.publicKey),
  };
}

function findSigner(
  signers: readonly AllowedSigner[],
  { publicKey, keyType }: SshSignature,
  {
    identity,
    namespace,
    at,
  }: { readonly identity: string | undefined; readonly namespace: string; readonly at: number },
): AllowedSigner {
  const key = `the ${keyType} key ${fingerprint(publicKey)}`;
  const who = identity === undefined ? 'anybody' : `"${identity}"`;
  const listed = signers.filter(({ principals }) => identity === undefined || matchesPatterns(identity, principals));
  const sameKey = listed.filter((signer) => !signer.isAuthority && signer.publicKey.equals(publicKey));
  let reason =
    listed.some(({ isAuthority }) => isAuthority) && keyType.includes('-cert-')
      ? 'it was made with a certificate, and cert-authority lines are not supported'
      : `${key} is not listed for ${who}`;
  for (const signer of sameKey) {
    if (signer.namespaces !== undefined && !matchesPatterns(namespace, signer.namespaces))
      reason = `${key} may not sign in the namespace "${namespace}" (line ${signer.line})`;
    else if (signer.validAfter !== undefined && at < signer.validAfter)
      reason = `${key} was not valid yet at ${new Date(at).toISOString()} (line ${signer.line})`;
    else if (signer.validBefore !== undefined && at > signer.validBefore)
      reason = `${key} was no longer valid at ${new Date(at).toISOString()} (line ${signer.line})`;
    else return signer;
  }
  throw new SignatureInvalidError(reason);
}

function verifyEd25519(text: string, signature: SshSignature): void {
  const reader = new WireReader(signature.publicKey);
  reader.name();
  const x = reader.string();
  reader.end();
  let isValid = false;
  if (x.length === 32 && signature.algorithm === 'ssh-ed25519' && signature.signature.length === 64) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') };
    try {
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      isValid = verify(null, signedBytes(text, signature), key, signature.signature);
    } catch {
      // Bytes that are no point on the curve are no key.
    }
  }
  if (!isValid) throw new SignatureInvalidError('the text is not what was signed, or another key signed it');
}

/** Who may sign, and when, is decided already: ssh-keygen is asked about the key and the text alone. */
async function verifyWithSshKeygen(
  text: string,
  armored: string,
  { publicKey, keyType, namespace }: SshSignature,
  signer: AllowedSigner,
  { env, signal }: VerifySignatureOptions,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-signature-'));
  try {
    const signatureFile = path.join(folder, 'signature');
    const signersFile = path.join(folder, 'signers');
    await writeFile(signatureFile, armored);
    await writeFile(signersFile, `signer ${signer.keyType} ${publicKey.toString('base64')}\n`);
    const args = ['-Y', 'verify', '-f', signersFile, '-I', 'signer', '-n', namespace, '-s', signatureFile];
    const result = await sshKeygen(args, { env, input: text, timeoutMs: VERIFY_TIMEOUT_MS, signal });
    if (!result) throw new SignatureInvalidError(`a ${keyType} key needs ssh-keygen, which is not installed`);
    if (result.aborted) signal?.throwIfAborted();
    if (result.exitCode !== 0) throw new SignatureInvalidError(`ssh-keygen refused it (${lastWords(result)})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
