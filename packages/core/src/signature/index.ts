export { type AllowedSigner, matchesPatterns, parseAllowedSigners } from './allowed-signers.js';
export { canonicalJson } from './canonical-json.js';
export {
  AllowedSignersError,
  SignatureInvalidError,
  SignatureMalformedError,
  SignatureMissingError,
  SigningFailedError,
} from './errors.js';
export { approvalText, auditHeadText, headText, principalOf, type RunHead } from './signed-records.js';
export { signText, type SignTextOptions } from './sign-text.js';
export { parseSshSignature, SIGNATURE_NAMESPACE, type SshSignature } from './ssh-signature.js';
export { type VerifiedSigner, type VerifyInProcessOptions, verifySignatureInProcess } from './verify-in-process.js';
export { verifySignature, type VerifySignatureOptions } from './verify-signature.js';
export { verifyApproval } from './verify-approval.js';
