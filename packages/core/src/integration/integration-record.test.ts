import { expect, it } from 'vitest';
import type { Approval } from '../approval/approval.js';
import { awaitsApproval, decisionOn, type IntegrationRecord } from './integration-record.js';

const [present, earlier] = ['a'.repeat(64), 'b'.repeat(64)];

const decided = (actor: Approval['by']['actor'], sha256: string, decision: Approval['decision']): Approval => ({
  subject: { kind: 'diff', id: 'I', sha256 },
  decision,
  by: { actor, name: 'Ada', email: '' },
  at: '2026-01-01T00:00:00Z',
  channel: 'cli',
  justification: '',
});

const recordWith = (...approvals: readonly Approval[]): IntegrationRecord =>
  ({
    diff: { sha256: present, bytes: 1 },
    tip: 'c'.repeat(40),
    runs: [{ outcome: 'integrated', needsApproval: true }],
    approvals,
  }) as unknown as IntegrationRecord;

it('waits until a human has judged the very diff that came of the merges', () => {
  for (const record of [
    recordWith(),
    recordWith(decided('policy', present, 'approved'), decided('agent', present, 'approved')),
    recordWith(decided('human', earlier, 'approved')),
  ]) {
    expect(decisionOn(record)).toBeUndefined();
    expect(awaitsApproval(record)).toBe(true);
  }
  const judged = recordWith(decided('human', present, 'rejected'), decided('human', present, 'approved'));
  expect(decisionOn(judged)).toBe('approved');
  expect(awaitsApproval(judged)).toBe(false);
});
