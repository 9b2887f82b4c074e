import { type Approval, matchesPatterns } from '@codex-orch/core';
import type { Policy } from '../policy/policy.js';
import type { Review, SpecEntry } from '../registry/registry.js';
import { approvalSignatureProblem, reviewSignatureProblem, type SignatureRules } from './signatures.js';

/** A decision about a spec's content that does not count, and why. */
export interface Ignored {
  readonly approval: Approval;
  readonly because: 'signature' | 'author' | 'not-an-approver' | 'not-human' | 'ahead';
  readonly why: string;
}

/** What was decided about the content that a spec has now. */
export interface Standing {
  /** The approvals that count; one of each person. */
  readonly counted: readonly Approval[];
  /** Approvals of this very content that do not count. */
  readonly ignored: readonly Ignored[];
  /** A rejection of this very content that nobody took back. */
  readonly rejected: Approval | undefined;
  /** The last approval of other content. */
  readonly earlier: Approval | undefined;
  /** The last day that a review of this very content, or an approval of it, speaks for. */
  readonly reviewedOn: string | undefined;
}

export interface StandingRules {
  readonly policy: Policy;
  readonly signers: SignatureRules['signers'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who changed the content in the change that is checked: e-mail addresses, in small letters. */
  readonly authors: ReadonlySet<string>;
  /** Whether the base has this record: a key only needs to have been good when such a one was made. */
  readonly isKnown: (record: Approval | Review) => boolean;
}

const principal = ({ email, name }: Approval['by']): string => (email || name).toLowerCase();

export const describePerson = ({ email, name }: Approval['by']): string => (email ? `${name} <${email}>` : name);

/** A clock that is a little ahead is no lie. */
const SKEW = 10 * 60_000;

/** Works out what the records of a spec's entry say about its content. */
export function standingOf(id: string, sha256: string, entry: SpecEntry, rules: StandingRules): Standing {
  const { approvals: demands } = rules.policy;
  const approvals = entry.approvals.filter(({ subject }) => subject.kind === 'spec' && subject.id === id);
  const ofContent = approvals.filter(({ subject }) => subject.sha256 === sha256);
  const ignored: Ignored[] = [];
  const latest = new Map<string, Approval>();
  for (const approval of ofContent) {
    const problem = ignoredBecause(approval, rules);
    if (problem) {
      if (approval.decision === 'approved') ignored.push({ approval, ...problem });
      // A no needs no right to be heard, only to be really that person's.
      if (approval.decision === 'approved' || problem.because === 'signature' || problem.because === 'not-human')
        continue;
    }
    const who = principal(approval.by);
    const before = latest.get(who);
    if (!before || Date.parse(before.at) <= Date.parse(approval.at)) latest.set(who, approval);
  }
  const standing = [...latest.values()];
  const counted = standing.filter(({ decision }) => decision === 'approved');
  const signature = { signers: rules.signers, required: demands.signatures === 'required' };
  const reviews = entry.reviews.filter(
    (review) =>
      review.sha256 === sha256 &&
      review.by.actor === 'human' &&
      Date.parse(review.at) <= rules.at + SKEW &&
      reviewSignatureProblem(review, { ...signature, at: () => momentFor(review, rules) }) === undefined,
  );
  const days = [...counted, ...reviews].map(({ at }) => at.slice(0, 10)).sort();
  return {
    counted,
    ignored: ignored.filter(({ approval }) => latest.get(principal(approval.by)) === undefined),
    rejected: standing.find(({ decision }) => decision === 'rejected'),
    earlier: approvals.filter(({ decision, subject }) => decision === 'approved' && subject.sha256 !== sha256).at(-1),
    reviewedOn: days.at(-1),
  };
}

/** A record that is new has to be signed with a key that is good now: a key that was taken away can still date a record back. */
const momentFor = (record: Approval | Review, { at, isKnown }: StandingRules): number =>
  isKnown(record) ? Date.parse(record.at) : at;

function ignoredBecause(approval: Approval, rules: StandingRules): Omit<Ignored, 'approval'> | undefined {
  const { approvals: demands } = rules.policy;
  const { by } = approval;
  if (by.actor !== 'human') return { because: 'not-human', why: `${by.name} is no human but ${by.actor}` };
  if (Date.parse(approval.at) > rules.at + SKEW) return { because: 'ahead', why: `it is dated ahead, ${approval.at}` };
  if (
    demands.approvers.length > 0 &&
    !matchesPatterns(by.email.toLowerCase(), demands.approvers.join(',').toLowerCase())
  )
    return { because: 'not-an-approver', why: `${describePerson(by)} is not among the approvers` };
  if (!demands.authorMayApprove && rules.authors.has(principal(by)))
    return { because: 'author', why: `${describePerson(by)} changed the content` };
  const why = approvalSignatureProblem(approval, {
    signers: rules.signers,
    required: demands.signatures === 'required',
    at: () => momentFor(approval, rules),
  });
  return why === undefined ? undefined : { because: 'signature', why };
}
