import type { OverrideInForce, WaivedFinding } from '../report/finding.js';

/** Why a finding does not count, in words. */
export function waiverOf({ waiver }: WaivedFinding): string {
  switch (waiver.by) {
    case 'override': {
      const approved = waiver.approver === undefined ? '' : `, approved by ${waiver.approver}`;
      return `overridden by ${waiver.actor}${approved}${until(waiver.expires)}: ${waiver.reason}`;
    }
    case 'suppression':
      return `suppressed at ${waiver.path}:${waiver.line}${until(waiver.expires)}: ${waiver.reason}`;
    case 'baseline':
      return 'known debt, in the baseline';
  }
}

/** Who set a rule aside, for what, how long and why. */
export function overrideOf({ specId, reason, actor, approvers, expires, from, waived }: OverrideInForce): string {
  const about = specId === undefined ? 'for all specs' : `for spec ${specId}`;
  const approved = approvers.length === 0 ? '' : `, approved by ${approvers.join(', ')}`;
  const where = 'commit' in from ? `commit ${from.commit.slice(0, 12)}` : `line ${from.line} of the log`;
  return `${about} by ${actor}${approved}${until(expires)}, ${where}, waives ${waived}: ${reason}`;
}

const until = (expires: string | undefined): string => (expires === undefined ? '' : `, until ${expires}`);
