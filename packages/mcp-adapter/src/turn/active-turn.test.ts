import type { ApprovalDecision, CodexApprovalRequest, RunTurnOptions } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { ActiveTurn, type StopReason } from './active-turn.js';

const command: CodexApprovalRequest = { kind: 'command', id: 'c', threadId: 't', command: 'ls', cwd: '/w' };
const unknown: CodexApprovalRequest = { kind: 'unknown', id: 'u', threadId: 't', method: 'item/teleport' };

function begin(options: RunTurnOptions): { readonly turn: ActiveTurn; readonly stopped: StopReason[] } {
  const stopped: StopReason[] = [];
  const turn = new ActiveTurn('t', options, { stop: (reason) => void stopped.push(reason) });
  return { turn, stopped };
}

const always =
  (decision: ApprovalDecision): RunTurnOptions['onApproval'] =>
  () =>
    Promise.resolve(decision);

it('approves nothing of which nobody knows what it is, whatever the caller says', async () => {
  const { turn } = begin({ onApproval: always('approve') });
  expect(await turn.decide(command)).toBe('approve');
  expect(await turn.decide(unknown)).toBe('deny');
});

it('ends the turn with what is approved after it was aborted', async () => {
  const abort = new AbortController();
  const { turn, stopped } = begin({
    signal: abort.signal,
    onApproval: () => {
      abort.abort();
      return Promise.resolve('approve');
    },
  });
  expect(await turn.decide(command)).toBe('abort');
  expect(stopped).toEqual(['aborted']);
});

it('asks nobody any more about a turn that is being stopped', async () => {
  let asked = 0;
  const { turn } = begin({
    onApproval: () => {
      asked += 1;
      return Promise.resolve('approve');
    },
  });
  turn.stop('aborted');
  expect(await turn.decide(command)).toBe('abort');
  expect(asked).toBe(0);
});

it('stops a turn that nobody can leave to the next client', async () => {
  const { turn, stopped } = begin({ onApproval: always('leave') });
  expect(await turn.decide(command)).toBe('abort');
  expect(stopped).toEqual(['aborted']);
});
