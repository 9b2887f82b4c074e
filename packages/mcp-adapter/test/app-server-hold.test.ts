import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CodexApprovalRequest } from '@codex-orch/core';
import { afterEach, describe, expect, it } from 'vitest';
import { AppServerDriver } from '../src/index.js';
import { processesNaming, processesEnd } from './processes.js';
import { openWorld, textOf, type World } from './world.js';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

const onRequest = { sandbox: 'workspace-write', approvalPolicy: 'on-request' } as const;

describe('a turn that is left waiting for an approval', () => {
  const transport = () => ({
    socket: path.join(world.root, 's'),
    hold: { file: path.join(world.root, 'hold'), minutes: 5 },
  });

  async function leave() {
    const driver = new AppServerDriver(world.launch, { transport: transport() });
    const cwd = await world.repository();
    const session = await driver.open({ cwd, ...onRequest });
    const result = await session.run('ESCALATE', { onApproval: () => Promise.resolve('leave') });
    expect(result.status).toBe('interrupted');
    expect(driver.holdsTurn).toBe(true);
    await driver.close();
    return { cwd, threadId: session.threadId ?? '' };
  }

  it('is answered by the next client, and Codex ends with that one', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const { cwd, threadId } = await leave();
    expect(await processesNaming(transport().socket)).not.toEqual([]);
    const asked = world.model.bodies.length;
    const driver = new AppServerDriver(world.launch, { transport: transport() });
    const session = await driver.open({ cwd, threadId, ...onRequest });
    const requests: CodexApprovalRequest[] = [];
    const result = await session.rejoin({
      onApproval: (request) => {
        requests.push(request);
        return Promise.resolve('approve');
      },
      onEvent: ({ type }) => {
        // Longer than the guardian of a Codex without a client takes to look after it.
        if (type === 'command.finished') execFileSync('sleep', ['2.5']);
      },
    });
    expect(result).toMatchObject({ status: 'completed', text: 'went on' });
    expect(requests).toMatchObject([{ kind: 'command', threadId }]);
    expect(await textOf(cwd, '../outside.txt')).toBe('out\n');
    // The model was asked for what follows the command alone.
    expect(world.model.bodies).toHaveLength(asked + 1);
    await driver.close();
    await processesEnd(transport().socket);
  });

  it('does not outlive its hold', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    await leave();
    await rm(transport().hold.file);
    await processesEnd(transport().socket);
  });

  it('is interrupted where nothing would keep Codex alive', async () => {
    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const driver = world.driver();
    const cwd = await world.repository();
    const session = await driver.open({ cwd, ...onRequest });
    const result = await session.run('ESCALATE', { onApproval: () => Promise.resolve('leave') });
    expect(result.status).toBe('interrupted');
    expect(driver.holdsTurn).toBe(false);
  });
});
