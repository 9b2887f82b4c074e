import { approvalCases } from './approval-cases.js';
import { coverageCases } from './coverage-cases.js';
import { policyCases } from './policy-cases.js';
import { registryCases } from './registry-cases.js';
import { reviewCases } from './review-cases.js';
import { specFileCases } from './spec-file-cases.js';
import { waiverCases } from './waiver-cases.js';
import type { RuleCases } from './rule-cases.js';

/** The cases of every rule, by its code. */
export const ruleCases: Readonly<Record<string, RuleCases>> = {
  ...approvalCases,
  ...coverageCases,
  ...policyCases,
  ...registryCases,
  ...reviewCases,
  ...specFileCases,
  ...waiverCases,
};
