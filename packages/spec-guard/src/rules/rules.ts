import { approvalStale } from './approval-stale.js';
import { baselineGrew } from './baseline-grew.js';
import { brokenGuardFile } from './broken-guard-file.js';
import { brokenIndex } from './broken-index.js';
import { coverageDropped } from './coverage-dropped.js';
import { danglingRelation } from './dangling-relation.js';
import { duplicateId } from './duplicate-id.js';
import { indexDisagrees } from './index-disagrees.js';
import { invalidOverride } from './invalid-override.js';
import { invalidSuppression } from './invalid-suppression.js';
import { irregularSpec } from './irregular-spec.js';
import { malformedSpec } from './malformed-spec.js';
import { missingSpec } from './missing-spec.js';
import { policyLoosened } from './policy-loosened.js';
import { quorumNotMet } from './quorum-not-met.js';
import { reviewDue } from './review-due.js';
import { reviewInFuture } from './review-in-future.js';
import { reviewNotBacked } from './review-not-backed.js';
import { reviewOverdue } from './review-overdue.js';
import type { Rule } from './rule.js';
import { specNotRegistered } from './spec-not-registered.js';
import { statusNotApproved } from './status-not-approved.js';
import { unsignedApproval } from './unsigned-approval.js';

/** Every rule, in the order of its code. */
export const rules: readonly Rule[] = [
  missingSpec,
  specNotRegistered,
  reviewOverdue,
  reviewInFuture,
  malformedSpec,
  statusNotApproved,
  approvalStale,
  danglingRelation,
  duplicateId,
  indexDisagrees,
  brokenIndex,
  irregularSpec,
  unsignedApproval,
  quorumNotMet,
  reviewNotBacked,
  reviewDue,
  invalidSuppression,
  invalidOverride,
  baselineGrew,
  policyLoosened,
  coverageDropped,
  brokenGuardFile,
];

/** A rule by its code, in any letters, or by its name. */
export function findRule(codeOrName: string): Rule | undefined {
  return rules.find(({ code, name }) => code === codeOrName.toUpperCase() || name === codeOrName.toLowerCase());
}
