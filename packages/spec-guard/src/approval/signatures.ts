import {
  type AllowedSigner,
  type Approval,
  approvalText,
  canonicalJson,
  OrchError,
  parseAllowedSigners,
  verifySignatureInProcess,
} from '@codex-orch/core';
import type { SourceFile } from '../check/check-input.js';
import { irregularProblem } from '../check/irregular.js';
import type { Problem } from '../check/position.js';
import type { Review } from '../registry/registry.js';

/** What somebody signs who reviews a spec: the canonical JSON of the record without `signature`. */
export function reviewText(review: Review): string {
  const { signature: _signature, ...record } = review;
  return canonicalJson(record);
}

/** Who may sign, as the base has it; undefined when it has no such file. */
export interface Signers {
  readonly signers: readonly AllowedSigner[] | undefined;
  readonly problems: readonly Problem[];
}

/** Reads the allowed signers file. Never throws. */
export function parseSigners(file: SourceFile | undefined): Signers {
  if (!file) return { signers: undefined, problems: [] };
  if (file.irregular) return { signers: [], problems: [irregularProblem(file.irregular)] };
  try {
    return { signers: parseAllowedSigners(file.text, file.path), problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = Number(/, line (\d+)/.exec(message)?.[1] ?? 1);
    return { signers: [], problems: [{ message, line, column: 1 }] };
  }
}

export interface SignatureRules {
  readonly signers: readonly AllowedSigner[] | undefined;
  readonly required: boolean;
  /** When the key must have been valid, in milliseconds since the epoch; asked for only where there is a signature. */
  readonly at: () => number;
}

/** Why the signature of a record does not do; undefined when it does, or when there is none and none is needed. */
export function signatureProblem(
  text: () => string,
  signature: string | undefined,
  by: Approval['by'],
  { signers, required, at }: SignatureRules,
): string | undefined {
  if (signature === undefined) return required ? 'it is not signed' : undefined;
  // Without a list there is nothing that a signature could be held against.
  if (signers === undefined) return required ? 'the base has no tasks/allowed_signers to check it against' : undefined;
  try {
    verifySignatureInProcess(text(), signature, { signers, identity: by.email || by.name, at: at() });
    return undefined;
  } catch (error) {
    return error instanceof OrchError ? lowerFirst(error.message) : 'its signature cannot be read';
  }
}

export const approvalSignatureProblem = (approval: Approval, rules: SignatureRules): string | undefined =>
  signatureProblem(() => approvalText(approval), approval.signature, approval.by, rules);

export const reviewSignatureProblem = (review: Review, rules: SignatureRules): string | undefined =>
  signatureProblem(() => reviewText(review), review.signature, review.by, rules);

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
