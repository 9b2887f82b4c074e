import path from 'node:path';
import type {
  CodexApprovalRequest,
  CodexSession,
  OpenSessionOptions,
  RunTurnOptions,
  TurnResult,
} from '@codex-orch/core';
import { expect, it } from 'vitest';
import { processAppears, processesIn } from './processes.js';
import { runTurn } from './run-turn.js';
import { textOf } from './world.js';

const never = new Promise<never>(() => undefined);

/** Opens a session in a repository of its own. */
export type Open = (options?: Partial<OpenSessionOptions>) => Promise<{ cwd: string; session: CodexSession }>;

/** What every driver that can ask does alike when Codex asks. */
export function describeApprovals(open: Open): void {
  it('runs an approved command outside the sandbox', async () => {
    const { cwd, session } = await open();
    const requests: CodexApprovalRequest[] = [];
    const result = await session.run('ESCALATE', {
      onApproval: (request) => {
        requests.push(request);
        return Promise.resolve('approve');
      },
    });
    expect(result).toMatchObject({ status: 'completed', text: 'went on' });
    expect(await textOf(cwd, '../outside.txt')).toBe('out\n');
    expect(requests).toEqual([expect.objectContaining({ kind: 'command', cwd, threadId: result.threadId })]);
    expect(requests[0]).toHaveProperty('command', expect.stringContaining('echo out > ../outside.txt'));
    await session.close();
  });

  it.each<[string, RunTurnOptions]>([
    ['denied', { onApproval: () => Promise.resolve('deny') }],
    ['answered by nobody', {}],
    ['answered with a fault', { onApproval: () => Promise.reject(new Error('no terminal')) }],
  ])('does not run a command whose approval is %s, and goes on', async (_, options) => {
    const { cwd, session } = await open();
    const { result, events } = await runTurn(session, 'ESCALATE', options);
    expect(result).toMatchObject({ status: 'completed', text: 'went on' });
    expect(await textOf(cwd, '../outside.txt')).toBeUndefined();
    expect(events.filter((event) => event.type === 'command.finished' && !event.declined)).toEqual([]);
    await session.close();
  });

  it('ends the turn when the approval is answered with abort, and can go on with the thread', async () => {
    const { cwd, session } = await open();
    // More than once, for which of its open calls mcp-server answers is a matter of chance.
    for (let round = 0; round < 3; round += 1) {
      expect(await session.run('ESCALATE', { onApproval: () => Promise.resolve('abort') })).toMatchObject({
        status: 'interrupted',
      });
      expect(await textOf(cwd, '../outside.txt')).toBeUndefined();
      expect(await session.run('SECOND')).toMatchObject({ status: 'completed', text: 'second answer' });
    }
    await session.close();
  });

  it('withdraws an approval that is never answered when the turn is aborted', async () => {
    const { cwd, session } = await open();
    const abort = new AbortController();
    let told: AbortSignal | undefined;
    const result: TurnResult = await session.run('ESCALATE', {
      signal: abort.signal,
      // Far shorter than the wait, which does not count.
      idleTimeoutMs: 1500,
      onApproval: (_, signal) => {
        told = signal;
        setTimeout(() => {
          abort.abort();
        }, 2500);
        return never;
      },
    });
    expect(result).toMatchObject({ status: 'interrupted' });
    expect(told?.aborted).toBe(true);
    expect(await textOf(cwd, '../outside.txt')).toBeUndefined();
    await session.close();
  });

  it('shows the text of a patch that needs an approval', async () => {
    const { cwd, session } = await open({ sandbox: 'read-only' });
    const requests: CodexApprovalRequest[] = [];
    await session.run('PATCH', {
      onApproval: (request) => {
        requests.push(request);
        return Promise.resolve('deny');
      },
    });
    const [request] = requests;
    expect(request?.kind).toBe('file-change');
    const changes = request?.kind === 'file-change' ? request.changes : [];
    const byName = Object.fromEntries(changes.map((change) => [path.basename(change.path), change]));
    expect(byName).toMatchObject({
      'added.txt': { kind: 'add', text: expect.stringContaining('added') as string },
      'changed.txt': { kind: 'update', text: expect.stringContaining('+after') as string },
      'removed.txt': { kind: 'delete' },
      'old-name.txt': { kind: 'update', movePath: path.join(cwd, 'new-name.txt') },
    });
    expect(await textOf(cwd, 'added.txt')).toBeUndefined();
    await session.close();
  });

  it('ends an approved command that runs outside the sandbox when the turn is aborted', async () => {
    const { cwd, session } = await open();
    const abort = new AbortController();
    const { result } = await runTurn(session, 'NAP', {
      signal: abort.signal,
      onApproval: () => {
        void processAppears(cwd).then(() => {
          abort.abort();
        });
        return Promise.resolve('approve');
      },
    });
    expect(result.status).toBe('interrupted');
    expect(await processesIn(cwd)).toEqual([]);
    await session.close();
  });
}
