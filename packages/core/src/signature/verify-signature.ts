import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeScratchFolder } from '../fs/scratch-folder.js';
import { type AllowedSigner, readAllowedSigners } from './allowed-signers.js';
import { SignatureInvalidError } from './errors.js';
import { lastWords, sshKeygen } from './ssh-keygen.js';
import { fingerprint, parseSshSignature, SIGNATURE_NAMESPACE, type SshSignature } from './ssh-signature.js';
import { findSigner, type VerifiedSigner, verifyEd25519 } from './verify-in-process.js';

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

/** Who may sign, and when, is decided already: ssh-keygen is asked about the key and the text alone. */
async function verifyWithSshKeygen(
  text: string,
  armored: string,
  { publicKey, keyType, namespace }: SshSignature,
  signer: AllowedSigner,
  { env, signal }: VerifySignatureOptions,
): Promise<void> {
  const folder = await makeScratchFolder('signature');
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
