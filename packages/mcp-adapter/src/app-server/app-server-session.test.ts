import type { RunTurnOptions, TurnResult } from '@codex-orch/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AppServerSession } from './app-server-session.js';
import type { AppServerConnection } from './connection.js';

const home = { dir: '/home', keyVariables: [] };
const options = { cwd: '/work', sandbox: 'read-only', approvalPolicy: 'on-request' } as const;
const turn = (id: string, status = 'inProgress') => ({ threadId: 't', turn: { id, status } });

/** A session of an app-server that answers every request at once, and says nothing by itself. */
function session() {
  const requests: string[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    'thread/start': { thread: { id: 't' } },
    'turn/start': { turn: { id: 'now' } },
  };
  const connection = {
    lost: false,
    listen: () => undefined,
    forget: () => undefined,
    peer: {
      request: (method: string, _params: unknown, read: (result: unknown) => unknown) => {
        requests.push(method);
        return Promise.resolve(read(answers[method] ?? {}));
      },
    },
  } as unknown as AppServerConnection;
  const one = new AppServerSession(() => Promise.resolve(connection), options, { closed: () => undefined }, home);
  /** Begins a turn; resolves when Codex has accepted it, with what it will end with. */
  const begin = async (more: RunTurnOptions = {}): Promise<{ readonly ended: Promise<TurnResult> }> => {
    const ended = one.run('Go.', more);
    await vi.waitFor(() => {
      expect(requests).toContain('turn/start');
    });
    return { ended };
  };
  return { one, requests, begin };
}

it('denies what Codex asks while nobody has a turn, and refuses what it cannot answer', async () => {
  const { one } = session();
  const command = { threadId: 't', turnId: 'u', itemId: 'i', command: 'ls', cwd: '/work' };
  expect(await one.request('item/commandExecution/requestApproval', command)).toEqual({ decision: 'decline' });
  for (const method of ['item/permissions/requestApproval', 'item/tool/call'])
    await expect(one.request(method, { threadId: 't' })).rejects.toThrow(/not supported/);
});

it('takes the late end of an earlier turn for nothing', async () => {
  const { one, begin } = session();
  const { ended } = await begin();
  one.notification('turn/started', turn('now'));
  one.notification('turn/completed', turn('before', 'completed'));
  const item = { type: 'agentMessage', id: 'm', text: 'Done.' };
  one.notification('item/completed', { threadId: 't', turnId: 'now', item });
  one.notification('turn/completed', turn('now', 'completed'));
  expect(await ended).toMatchObject({ status: 'completed', text: 'Done.' });
});

it('interrupts a turn that was stopped before it began as soon as it begins, and not earlier', async () => {
  const { one, requests, begin } = session();
  const abort = new AbortController();
  const { ended } = await begin({ signal: abort.signal });
  abort.abort();
  expect(requests).not.toContain('turn/interrupt');
  one.notification('turn/started', turn('now'));
  expect(requests).toContain('turn/interrupt');
  one.notification('turn/completed', turn('now', 'interrupted'));
  expect(await ended).toMatchObject({ status: 'interrupted' });
});

it('gives up a turn of which Codex never says that it was interrupted', async () => {
  const { one, begin } = session();
  const abort = new AbortController();
  const { ended } = await begin({ signal: abort.signal });
  one.notification('turn/started', turn('now'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  abort.abort();
  await vi.advanceTimersByTimeAsync(5000);
  vi.useRealTimers();
  expect(await ended).toMatchObject({ status: 'interrupted' });
});
