import { availableParallelism } from 'node:os';
import type { CodexSession, OpenSessionOptions } from '@codex-orch/core';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { CodexRuntime } from '../codex-runtime.js';
import { laneCodex } from './lane-codex.js';

const most = 2 * Math.max(2, availableParallelism());

/** What lanes share of a Codex whose threads open when they are told to. */
function sharedCodex() {
  const opening: (() => void)[] = [];
  const driver = {
    kind: 'app-server',
    version: '0.0.0',
    capabilities: {},
    open: () =>
      new Promise<CodexSession>((resolve) => {
        opening.push(() => {
          resolve({} as CodexSession);
        });
      }),
  };
  return { shared: { driver } as unknown as CodexRuntime, opening };
}

const where = (signal?: AbortSignal): OpenSessionOptions => ({
  cwd: '/',
  sandbox: 'read-only',
  approvalPolicy: 'never',
  signal,
});

it('opens threads for no more lanes at once than keep the machine busy, and for the others as they are ready', async () => {
  const { shared, opening } = sharedCodex();
  const lanes = Array.from({ length: most + 2 }, () => laneCodex(shared).driver.open(where()));
  while (opening.length < most) await nextTurn();
  await nextTurn();
  expect(opening).toHaveLength(most);
  for (let at = 0; at < lanes.length; at += 1) {
    while (opening.length <= at) await nextTurn();
    opening[at]?.();
  }
  await expect(Promise.all(lanes)).resolves.toHaveLength(most + 2);
});

it('opens no thread for a lane that was cancelled while it waited', async () => {
  const { shared, opening } = sharedCodex();
  const others = Array.from({ length: most }, () => laneCodex(shared).driver.open(where()));
  const cancelled = new AbortController();
  const waiting = laneCodex(shared).driver.open(where(cancelled.signal));
  cancelled.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  while (opening.length < most) await nextTurn();
  for (const open of opening) open();
  await Promise.all(others);
  expect(opening).toHaveLength(most);
});
