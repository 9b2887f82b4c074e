import { describe, expect, it } from 'vitest';
import type { Approval } from '../approval/approval.js';
import type { CodexApprovalRequest } from '../codex/approval-request.js';
import { elevationContent, elevationDigest } from './elevation.js';
import type { GoalEvent } from './events.js';
import { advance, initialState } from './machine.js';
import type { GoalState } from './state.js';

const request: CodexApprovalRequest = {
  kind: 'command',
  id: 'call-1',
  threadId: 'T',
  turnId: 'turn-1',
  command: 'npm publish',
  cwd: '/work',
};

const building: GoalState = {
  ...initialState,
  phase: 'building',
  created: { runId: 'R' } as never,
};

const asked = (over: Partial<{ id: string; nonce: string; request: CodexApprovalRequest }> = {}): GoalEvent => {
  const open = { id: 'e1', nonce: 'n', request, ...over };
  return {
    type: 'elevation.requested',
    data: { ...open, sha256: elevationDigest('R', open), waiting: true },
  };
};

const approval = (over: Partial<Approval['subject']> = {}): Approval => ({
  subject: { kind: 'elevation', id: 'e1', sha256: elevationDigest('R', { id: 'e1', nonce: 'n', request }), ...over },
  decision: 'approved',
  by: { actor: 'human', name: 'Ada', email: 'ada@example.org' },
  at: '2026-01-01T00:00:00.000Z',
  channel: 'cli',
  justification: '',
});

const decided = (given: Approval | undefined): GoalEvent => ({
  type: 'elevation.decided',
  data: { id: 'e1', decision: 'approve', why: 'because', ...(given ? { approval: given } : {}) },
});

describe('a request to leave the sandbox', () => {
  it('is open until it is decided', () => {
    const open = advance(building, asked());
    expect(open.elevations).toMatchObject([{ id: 'e1' }]);
    expect(advance(open, decided(approval())).elevations).toEqual([]);
  });

  it('is over with its turn', () => {
    const open = advance(building, asked());
    const failed = { type: 'run.cancelled', data: { by: 'Ada' } } as const;
    expect(advance(open, failed).elevations).toEqual([]);
    const there = { worker: 'b', repository: '/b' };
    const moved = { type: 'run.moved', data: { from: { worker: 'a', repository: '/a' }, to: there } } as const;
    const here = { ...open, created: { runId: 'R', repository: '/a' } as never };
    expect(advance(here, moved)).toMatchObject({ phase: 'building', elevations: [] });
  });

  it('takes the next number, once', () => {
    const open = advance(building, asked());
    expect(() => advance(open, asked())).toThrow('the next request is e2');
    expect(advance(open, asked({ id: 'e2' })).elevations).toHaveLength(2);
  });

  it('carries the digest of its own content', () => {
    const event = asked();
    const forged = { ...event, data: { ...event.data, nonce: 'other' } } as GoalEvent;
    expect(() => advance(building, forged)).toThrow('its digest is another one');
  });

  it.each([
    ['no approval', undefined],
    ['a rejection', { ...approval(), decision: 'rejected' } as const],
    ['a policy', { ...approval(), by: { actor: 'policy', name: 'p', email: '' } } as const],
    ['an approval of another request', approval({ id: 'e2' })],
    ['an approval of other content', approval({ sha256: 'a'.repeat(64) })],
    ['an approval of a diff', approval({ kind: 'diff' })],
  ])('is not granted by %s', (_, given) => {
    expect(() => advance(advance(building, asked()), decided(given))).toThrow('elevation.decided');
  });

  it('is not decided twice', () => {
    const once = advance(advance(building, asked()), decided(approval()));
    expect(() => advance(once, decided(approval()))).toThrow('no request "e1" waits');
  });

  it('says the same when a repeated turn asks for the same again, and other digests guard each asking', () => {
    const again = { ...request, id: 'call-9', turnId: 'turn-2', threadId: 'T2', reason: 'other words' };
    expect(elevationContent(again)).toBe(elevationContent(request));
    expect(elevationContent({ ...request, cwd: '/' })).not.toBe(elevationContent(request));
    const digests = [
      elevationDigest('R', { id: 'e1', nonce: 'n', request }),
      elevationDigest('R', { id: 'e2', nonce: 'n', request }),
      elevationDigest('R', { id: 'e1', nonce: 'm', request }),
      elevationDigest('S', { id: 'e1', nonce: 'n', request }),
    ];
    expect(new Set(digests).size).toBe(4);
  });
});
