import type { Approval } from '../approval/approval.js';
import { SignatureMissingError } from './errors.js';
import { approvalText, principalOf } from './signed-records.js';
import type { VerifiedSigner } from './verify-in-process.js';
import { verifySignature, type VerifySignatureOptions } from './verify-signature.js';

/**
 * Checks that an approval was signed by the very person that it names.
 *
 * Throws {@link SignatureMissingError} and what {@link verifySignature} throws.
 */
export async function verifyApproval(
  approval: Approval,
  options: Omit<VerifySignatureOptions, 'identity' | 'namespace'>,
): Promise<VerifiedSigner> {
  if (approval.signature === undefined) throw new SignatureMissingError(`The decision of ${approval.by.name}`);
  return verifySignature(approvalText(approval), approval.signature, { ...options, identity: principalOf(approval) });
}
