import type { Approval } from '../approval/approval.js';
import { canonicalJson } from './canonical-json.js';

/** What an approval's signature is about: the canonical JSON of the record without `signature`. */
export function approvalText(approval: Approval): string {
  const { signature: _signature, ...record } = approval;
  return canonicalJson(record);
}

/** The end of a run's events as it is signed. */
export interface RunHead {
  readonly runId: string;
  /** Number of events. */
  readonly seq: number;
  /** sha256 of the last event's line. */
  readonly hash: string;
}

/** What a head's signature is about: the canonical JSON of `{hash, runId, seq}`. */
export const headText = ({ runId, seq, hash }: RunHead): string => canonicalJson({ runId, seq, hash });

/**
 * What the signature of the audit log's end is about: the canonical JSON of `{hash, log: "audit", seq}`.
 *
 * `log` keeps it apart from a run's head: neither can be passed off as the other.
 */
export const auditHeadText = ({ seq, hash }: Pick<RunHead, 'seq' | 'hash'>): string =>
  canonicalJson({ log: 'audit', seq, hash });

/** The principal that an approval's signature must be listed for, as git does it. */
export const principalOf = ({ by }: Approval): string => by.email || by.name;
