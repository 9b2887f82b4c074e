import type { Approval } from '@codex-orch/core';
import { guardPaths } from '../check/guard-paths.js';
import { contentSha256 } from '../spec/content.js';
import { editSpec } from '../spec/edit-spec.js';
import { isLive } from '../spec/mini-spec.js';
import { editRegistry } from './edit-registry.js';
import { SpecUnusableError } from './errors.js';
import type { ChangedSpec, Reviewing } from './review-spec.js';
import { entryChanges, findSpec, type SpecText, usableSpec } from './spec-entry.js';

export interface Deciding extends Omit<Reviewing, 'note'> {
  readonly decision: Approval['decision'];
  readonly justification: string;
}

/** The record of a decision about a spec as it is, for somebody to sign with core's `approvalText`. Throws `SpecUnusableError`. */
export function newSpecApproval(file: SpecText, { decision, by, at, channel, justification }: Deciding): Approval {
  const { id } = usableSpec(file);
  return {
    subject: { kind: 'spec', id, sha256: contentSha256(file.text) },
    decision,
    by,
    at: new Date(at).toISOString(),
    channel,
    justification,
  };
}

/**
 * Writes a decision down: the record into the entry, and the status that follows from it into both files.
 *
 * An approval makes a spec `approved` that was not live yet; a rejection makes it `rejected`. Who approves a spec has read it, so the
 * day is its review date from then on. Throws `SpecUnusableError`, also for a record about other content,
 * `SpecNotEditableError`, `EntryUnknownError` and `RegistryBrokenError`.
 */
export function decideSpec(registryText: string, file: SpecText, approval: Approval): ChangedSpec {
  const before = usableSpec(file);
  if (approval.subject.id !== before.id || approval.subject.sha256 !== contentSha256(file.text))
    throw new SpecUnusableError(file.path, 'it is not the content that was decided about');
  const status = approval.decision === 'rejected' ? 'rejected' : isLive(before.status) ? before.status : 'approved';
  const day = approval.at.slice(0, 10);
  const isReviewed = before.last_review === undefined || (approval.decision === 'approved' && before.last_review < day);
  let spec = isReviewed ? editSpec(file.path, file.text, { field: 'last_review', value: day }) : file.text;
  spec = editSpec(file.path, spec, { field: 'status', value: status });
  const changed = { path: file.path, text: spec };
  const registry = editRegistry(guardPaths.index, registryText, (old) => {
    const entry = findSpec(old, file.path);
    const index = old.specs.indexOf(entry);
    return [
      ...entryChanges(old, changed, usableSpec(changed)),
      ...(isReviewed ? [{ path: ['specs', index, 'last_review'], value: day }] : []),
      { path: ['specs', index, 'approvals'], value: [...entry.approvals, approval] },
    ];
  });
  return { spec, registry };
}
