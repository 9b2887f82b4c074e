import type { Ctx, Workflow } from '@codex-orch/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DbosEngine } from '../src/index.js';
import { type OwnPostgres, ownPostgres } from './real-postgres.js';

let postgres: OwnPostgres | undefined;

beforeAll(async () => {
  postgres = await ownPostgres();
});

afterAll(() => postgres?.[Symbol.asyncDispose]());

const server = (): OwnPostgres => {
  if (!postgres) throw new Error('Postgres did not start.');
  return postgres;
};

const deferred = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

it('waits at its start for a database that is down, and says so without the password', async () => {
  const url = await server().newDatabase();
  await server().stop();
  const notice = deferred();
  const said: string[] = [];
  await using engine = new DbosEngine({
    url,
    version: '1',
    onNotice: (message) => {
      said.push(message);
      notice.resolve();
    },
  });
  const starting = engine.start();
  await notice.promise;
  await server().start();
  await starting;
  expect(said[0]).toMatch(/^Waiting for the database postgresql:\/\/codex:\*\*\*@/);
  expect(said.join('\n')).not.toContain(new URL(url).password);
});

it('gives up on a database that stays down when it is told how long to wait', async () => {
  const url = await server().newDatabase();
  await server().stop();
  try {
    await using engine = new DbosEngine({ url, version: '1', startTimeoutMs: 100 });
    const error: unknown = await engine.start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'database-down' });
    expect((error as Error).message).not.toContain(new URL(url).password);
  } finally {
    await server().start();
  }
});

it('goes on where it was when the database comes back in the middle of a run', async () => {
  const url = await server().newDatabase();
  const [between, back] = [deferred(), deferred()];
  let ran = 0;
  const twoSteps: Workflow<null> = {
    name: 'two-steps',
    run: async (ctx: Ctx) => {
      await ctx.step('before', () => Promise.resolve(++ran));
      return ctx.step('across', async () => {
        between.resolve();
        await back.promise;
        return ++ran;
      });
    },
  };
  await using engine = new DbosEngine({ url, version: '1', leaseMs: 60_000 });
  await engine.start();
  await engine.run(twoSteps, null, { id: 'r' });
  await between.promise;
  await server().stop();
  back.resolve();
  await server().start();
  expect(await engine.result('r')).toBe(2);
});

it('stops a worker that cannot reach the database for as long as its lease, and resumes its run in the next one', async () => {
  const url = await server().newDatabase();
  const started = deferred();
  const hanging: Workflow<null> = {
    name: 'hanging',
    run: (ctx: Ctx) =>
      ctx.step(
        'work',
        async ({ attempt, signal }) => {
          started.resolve();
          if (attempt > 1) return attempt;
          return new Promise<number>((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          });
        },
        // The server is cut off like a machine that loses its power.
        { startIsDurable: true },
      ),
  };
  const first = new DbosEngine({ url, version: '1', leaseMs: 1000, patienceMs: 100 });
  await first.start();
  await first.run(hanging, null, { id: 'r' });
  await started.promise;
  await server().stop();
  await expect(first.lost).rejects.toMatchObject({ code: 'lease-lost' });
  await first.stop();
  await server().start();
  await using second = new DbosEngine({ url, version: '1' });
  second.register(hanging);
  await second.start();
  expect(await second.result('r')).toBe(2);
});

it('refuses an executor id that a live worker has', async () => {
  const url = await server().newDatabase();
  await using first = new DbosEngine({ url, version: '1', executor: 'twin' });
  await first.start();
  await using second = new DbosEngine({ url, version: '1', executor: 'twin' });
  await expect(second.start()).rejects.toMatchObject({ code: 'executor-taken' });
});

it.each([
  ['a wrong password', (url: URL) => (url.password = 'wrong')],
  ['an unknown database', (url: URL) => (url.pathname = '/nowhere')],
])('says at once that the database refused: %s', async (_what, change) => {
  const url = new URL(await server().newDatabase());
  const { password } = url;
  change(url);
  await using engine = new DbosEngine({ url: url.href, version: '1' });
  const error: unknown = await engine.start().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'database-refused' });
  expect((error as Error).message).not.toContain(password);
});
