import { canonicalJson } from '@codex-orch/core';
import type { Override } from './override.js';

/** What an approver of an override signs: the canonical JSON of the record without `approvers`. */
export function overrideText(override: Override): string {
  const { approvers: _approvers, ...record } = override;
  return canonicalJson(record);
}

/** The subject that the chain of an override log begins with. */
export const OVERRIDE_SUBJECT = 'spec-guard overrides';
