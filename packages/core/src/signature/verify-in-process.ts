import { createPublicKey, verify } from 'node:crypto';
import { type AllowedSigner, matchesPatterns } from './allowed-signers.js';
import { SignatureInvalidError } from './errors.js';
import {
  fingerprint,
  parseSshSignature,
  SIGNATURE_NAMESPACE,
  signedBytes,
  type SshSignature,
} from './ssh-signature.js';
import { WireReader } from './wire-reader.js';

/** By whom and with which key a text was signed. */
export interface VerifiedSigner {
  /** The principals of the line that lists the key. */
  readonly principals: string;
  readonly keyType: string;
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: string;
}

export interface VerifyInProcessOptions {
  /** As `parseAllowedSigners` returns them. */
  readonly signers: readonly AllowedSigner[];
  /** Who must have signed; anyone who is listed when absent. */
  readonly identity?: string | undefined;
  readonly namespace?: string | undefined;
  /** When the key must have been valid, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * `verifySignature` without a file, a process or a wait, for those who check many: Ed25519 only.
 *
 * Throws `SignatureMalformedError` and {@link SignatureInvalidError}, the latter also for every other kind of key.
 */
export function verifySignatureInProcess(
  text: string,
  armored: string,
  { signers, identity, namespace = SIGNATURE_NAMESPACE, at }: VerifyInProcessOptions,
): VerifiedSigner {
  const signature = parseSshSignature(armored);
  if (signature.namespace !== namespace)
    throw new SignatureInvalidError(`it was made for "${signature.namespace}", not for "${namespace}"`);
  const signer = findSigner(signers, signature, { identity, namespace, at });
  if (signature.keyType !== 'ssh-ed25519')
    throw new SignatureInvalidError(
      `only ssh-ed25519 is verified here, and it was made with a key of type ${signature.keyType}`,
    );
  verifyEd25519(text, signature);
  return {
    principals: signer.principals,
    keyType: signature.keyType,
    fingerprint: fingerprint(signature.publicKey),
  };
}

/** The line that lets this key sign. Throws {@link SignatureInvalidError}. */
export function findSigner(
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

/** Throws {@link SignatureInvalidError}. */
export function verifyEd25519(text: string, signature: SshSignature): void {
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
