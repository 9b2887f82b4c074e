import type { OpenSessionOptions } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeApprovals } from './approvals.js';
import { codexVersions } from './codex-binaries.js';
import { processesIn } from './processes.js';
import { runTurn } from './run-turn.js';
import { type AnyDriver, type Bench, openWorld, textOf, type World } from './world.js';

/** What every driver does alike, tried on one of them. */
export function describeBehaviour(bench: Bench): void {
  const name = `${bench.kind}${bench.socket ? ' over a Unix socket' : ''}, Codex ${codexVersions[bench.binary]}`;

  describe.concurrent(name, () => {
    let world: World;
    let driver: AnyDriver;
    beforeAll(async () => {
      world = await openWorld(bench);
      driver = world.driver();
      process.stdout.write(`${name}: ${world.launch.binary} ${world.launch.version}\n`);
    });
    afterAll(() => world[Symbol.asyncDispose]());

    const open = async (options: Partial<OpenSessionOptions> = {}, from = driver) => {
      const cwd = options.cwd ?? (await world.repository());
      return {
        cwd,
        session: await from.open({ cwd, sandbox: 'workspace-write', approvalPolicy: 'on-request', ...options }),
      };
    };

    it('applies a patch that adds, updates, deletes and renames files', async () => {
      const { cwd, session } = await open();
      const { result, events } = await runTurn(session, 'PATCH');
      expect(result).toMatchObject({ status: 'completed', text: 'patched' });
      const files = ['added.txt', 'changed.txt', 'removed.txt', 'old-name.txt', 'new-name.txt'];
      expect(await Promise.all(files.map((file) => textOf(cwd, file)))).toEqual([
        'added\n',
        'after\n',
        undefined,
        undefined,
        'two\n',
      ]);
      expect(events).toContainEqual(expect.objectContaining({ type: 'patch', status: 'completed' }));
      await session.close();
    });

    it('runs a shell command in the work folder and reports its exit code', async () => {
      const { cwd, session } = await open();
      const { result, events } = await runTurn(session, 'SHELL');
      expect(result).toMatchObject({ status: 'completed', text: 'ran' });
      expect(await textOf(cwd, 'made.txt')).toBe('made\n');
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'command.finished', exitCode: 3, declined: false }),
      );
      await session.close();
    });

    it('continues the thread with a follow-up turn and counts the tokens of each turn alone', async () => {
      const { cwd, session } = await open();
      const first = await session.run(`FIRST ${cwd}`);
      const second = await session.run(`SECOND ${cwd}`);
      expect(first).toMatchObject({
        status: 'completed',
        text: 'first answer',
        usage: { inputTokens: 100, outputTokens: 10, totalTokens: 110 },
      });
      expect(second).toMatchObject({ status: 'completed', text: 'second answer', threadId: first.threadId });
      expect(second.usage).toMatchObject({ inputTokens: 100, outputTokens: 10, totalTokens: 110 });
      const sent = world.model.bodies.find((body) => body.includes(`SECOND ${cwd}`));
      expect(sent).toContain(`FIRST ${cwd}`);
      await session.close();
    });

    it('ends an aborted turn as interrupted and leaves no command behind', async () => {
      const { cwd, session } = await open();
      const abort = new AbortController();
      const { result } = await runTurn(session, 'SLEEP', {
        signal: abort.signal,
        onEvent: ({ type }) => {
          if (type === 'command.started') abort.abort();
        },
      });
      expect(result.status).toBe('interrupted');
      expect(await processesIn(cwd)).toEqual([]);
      await session.close();
    });

    it('interrupts nothing and fails nothing when it was aborted before it began', async () => {
      const { session } = await open();
      expect(await session.run('FIRST', { signal: AbortSignal.abort() })).toMatchObject({ status: 'interrupted' });
      await session.close();
    });

    it('refuses a second turn while one is running', async () => {
      const { session } = await open();
      const abort = new AbortController();
      const running = session.run('STALL', { signal: abort.signal });
      await expect(session.run('FIRST')).rejects.toMatchObject({ code: 'session-busy' });
      abort.abort();
      expect((await running).status).toBe('interrupted');
      await session.close();
    });

    it('says that a turn crashed when Codex is killed', async () => {
      const own = world.driver();
      const { session } = await open({}, own);
      const { result } = await runTurn(session, 'SLEEP', {
        onEvent: ({ type }) => {
          if (type === 'command.started') for (const pid of own.pids) process.kill(pid, 'SIGKILL');
        },
      });
      expect(result).toMatchObject({ status: 'crashed', error: { code: 'codex-crashed' } });
      await own.close();
    });

    it('names what is wrong with the model', async () => {
      const expected = {
        'FAIL-400': 'model-bad-request',
        'FAIL-401': 'model-unauthorized',
        'FAIL-429': 'model-rate-limited',
        'FAIL-500': 'model-error',
        DISCONNECT: 'model-disconnected',
        MALFORMED: 'model-disconnected',
      };
      const codes: Record<string, unknown> = {};
      for (const prompt of Object.keys(expected)) {
        const { session } = await open();
        const { status, error } = await session.run(prompt, { idleTimeoutMs: 20_000 });
        codes[prompt] = status === 'failed' ? error?.code : `${status} ${error?.code ?? ''}`;
        await session.close();
      }
      expect(codes).toEqual(expected);
    });

    it('fails a turn in which the model stalls when the idle time-out is over', async () => {
      const { session } = await open();
      expect(await session.run('STALL', { idleTimeoutMs: 2500 })).toMatchObject({
        status: 'failed',
        error: { code: 'codex-idle' },
      });
      await session.close();
    });

    if (bench.kind !== 'mcp-server') {
      it('resumes a thread with another process', async () => {
        const earlier = world.driver();
        const { cwd, session } = await open({}, earlier);
        const { threadId } = await session.run(`FIRST ${cwd}`);
        await earlier.close();
        const later = world.driver();
        const resumed = await open({ cwd, threadId }, later);
        const result = await resumed.session.run(`SECOND ${cwd}`);
        expect(result).toMatchObject({ status: 'completed', threadId, usage: { totalTokens: 110 } });
        expect(world.model.bodies.find((body) => body.includes(`SECOND ${cwd}`))).toContain(`FIRST ${cwd}`);
        await later.close();
      });

      it('holds the answer to a JSON Schema', async () => {
        const { cwd, session } = await open();
        const outputSchema = {
          type: 'object',
          properties: { verdict: { type: 'string', description: cwd } },
          required: ['verdict'],
          additionalProperties: false,
        };
        const result = await session.run('JSON', { outputSchema });
        expect(JSON.parse(result.text)).toEqual({ verdict: 'fine' });
        const formats = world.model.bodies.map(
          (body) => (JSON.parse(body) as { text?: { format?: unknown } }).text?.format,
        );
        expect(formats).toContainEqual(expect.objectContaining({ type: 'json_schema', schema: outputSchema }));
        await session.close();
      });
    }

    if (bench.kind === 'exec') {
      it('never runs a command that would need an approval', async () => {
        const { cwd, session } = await open();
        expect(await session.run('ESCALATE')).toMatchObject({ status: 'completed', text: 'went on' });
        expect(await textOf(cwd, '../outside.txt')).toBeUndefined();
        await session.close();
      });
    } else {
      describeApprovals(open);
    }
  });
}
