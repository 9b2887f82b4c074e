import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CloudOutputUnknownError, intend, unfinishedTurn } from '../src/index.js';
import { CloudWorld, greet } from './cloud-world.js';

let world: CloudWorld | undefined;

afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});

const greeting = async (): Promise<string> => readFile(path.join(world?.workspace.tree ?? '', 'greeting.txt'), 'utf8');

it('a turn submits a task, waits until it is ready, and puts its diff into the work tree', async () => {
  world = await CloudWorld.make({
    script: () => ({ life: ['pending', 'pending', 'ready'], diffs: [greet('good morning')] }),
  });
  const session = await world.open();
  const result = await session.run('Greet the user in the morning.');
  expect(result).toMatchObject({ status: 'completed', threadId: 'task_e_1' });
  expect(await greeting()).toBe('good morning\n');
  expect(world.cloud.tasks).toMatchObject([{ branch: 'main', environment: { id: 'env_1' }, attempts: 1, looks: 3 }]);
  expect(world.cloud.tasks[0]?.prompt).toMatch(/^\[codex-orch-[0-9a-f-]+\]\n\nGreet the user in the morning\.$/);
});

it('what Codex Cloud cannot do is a failed turn, and the work tree stays as it was', async () => {
  world = await CloudWorld.make({ script: () => ({ life: ['pending', 'failed'] }) });
  const session = await world.open();
  const result = await session.run('Do the impossible.');
  expect(result).toMatchObject({ status: 'failed', error: { code: 'cloud-task-failed' } });
  expect(await greeting()).toBe('hello\n');
});

it('a task that is too slow is given up at its time limit, which a restart does not extend', async () => {
  world = await CloudWorld.make({ script: () => ({ life: ['pending'] }) });
  const first = await world.open({ timeLimitMs: 1_500 });
  const result = await first.run('Take for ever.');
  expect(result).toMatchObject({ status: 'failed', error: { code: 'cloud-time-limit' } });
  expect((await world.store.load()).turns).toMatchObject([{ outcome: { kind: 'failed', code: 'cloud-time-limit' } }]);
});

it('a turn that is interrupted leaves its task alone, and the next session takes it up', async () => {
  let isReady = false;
  world = await CloudWorld.make({
    script: () => ({ diffs: [greet('good evening')] }),
    intercept: ({ command }) =>
      command === 'status' && !isReady ? { status: 429, body: '{"retry_after": 3600}' } : undefined,
  });
  const session = await world.open();
  const asked = new Promise<void>((resolve) => {
    void session
      .run('Greet in the evening.', {
        onEvent: (event) => event.type === 'message' && /rate-limited/.test(event.text) && resolve(),
      })
      .then((result) => expect(result.status).toBe('interrupted'));
  });
  await asked;
  await session.interrupt();
  isReady = true;
  const next = await world.open();
  // Its prompt says that it was cut off, so it is not the same as before.
  const result = await next.run('Greet in the evening. An earlier try was cut off.');
  expect(result).toMatchObject({ status: 'completed', threadId: 'task_e_1' });
  expect(await greeting()).toBe('good evening\n');
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a turn whose diffs stayed on another machine has them fetched again, from the same task', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('hello again')] }) });
  const { store, workspace } = world;
  const turn = async () => {
    const session = await world?.open();
    return session?.run('Say it again.', { step: { key: 'run-1:3.0:builder.turn', attempt: 1 } });
  };
  expect(await turn()).toMatchObject({ status: 'completed' });
  await rm(path.join(store.dir, 'task_e_1'), { recursive: true });
  await workspace.restore(workspace.baseTree);
  expect(await turn()).toMatchObject({ status: 'completed', threadId: 'task_e_1' });
  expect(await greeting()).toBe('hello again\n');
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a rate limit is waited out, as long as it asks for', async () => {
  world = await CloudWorld.make({
    script: () => ({
      life: [
        { status: 429, body: '{"detail":"Too many requests. Try again in 30ms"}', headers: { 'retry-after': '1' } },
        { status: 429 },
        'ready',
      ],
      diffs: [greet('patience')],
    }),
  });
  const said: string[] = [];
  const session = await world.open();
  const result = await session.run('Wait.', { onEvent: (event) => event.type === 'message' && said.push(event.text) });
  expect(result.status).toBe('completed');
  expect(said).toContain('Task task_e_1: rate-limited');
});

it('a submission that is refused for now is made later, once', async () => {
  let refusals = 0;
  world = await CloudWorld.make({
    script: () => ({ diffs: [greet('at last')] }),
    intercept: ({ method }) => {
      if (method !== 'POST' || refusals === 2) return undefined;
      refusals += 1;
      return refusals === 1 ? { status: 429 } : { status: 502 };
    },
  });
  const session = await world.open();
  expect(await session.run('Insist.')).toMatchObject({ status: 'completed' });
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a task that has vanished is a failed turn', async () => {
  world = await CloudWorld.make({
    script: () => ({ life: ['pending', { status: 404, body: '{"detail":"Not found"}' }] }),
  });
  const session = await world.open();
  expect(await session.run('Vanish.')).toMatchObject({ status: 'failed', error: { code: 'cloud-task-gone' } });
});

it('a login that expires stops the turn, which goes on with the same task after a new one', async () => {
  let isExpired = true;
  world = await CloudWorld.make({
    script: () => ({ diffs: [greet('welcome back')] }),
    intercept: ({ command }) =>
      command === 'status' && isExpired
        ? {
            status: 401,
            body: '{"error":{"code":"token_expired","message":"Provided authentication token is expired."}}',
          }
        : undefined,
  });
  const session = await world.open();
  await expect(session.run('Go on.')).rejects.toMatchObject({ code: 'cloud-login', interrupts: true });
  isExpired = false;
  const next = await world.open();
  expect(await next.run('Go on.')).toMatchObject({ status: 'completed', threadId: 'task_e_1' });
  expect(world.cloud.tasks).toHaveLength(1);
});

it('an answer that nobody understands is kept as it was, and is no outcome', async () => {
  world = await CloudWorld.make({
    intercept: ({ command }) =>
      command === 'status'
        ? { status: 200, body: '<html>Just a moment…</html>', headers: { 'content-type': 'text/html' } }
        : undefined,
  });
  const session = await world.open();
  const error = await session.run('Say something odd.').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CloudOutputUnknownError);
  expect(await readFile((error as CloudOutputUnknownError).rawFile, 'utf8')).toContain('<html>Just a moment…</html>');
  expect(await unfinishedTurn(world.store)).toMatchObject({ task: { id: 'task_e_1' } });
});

it('of two attempts the one whose tests pass is taken, and the record says why the other was not', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('short'), greet('tested', 3)] }) });
  const session = await world.open({
    attempts: 2,
    verify: async ({ cwd }) => {
      const passes = (await readFile(path.join(cwd, 'greeting.txt'), 'utf8')).startsWith('tested');
      return { tests: passes ? 'passed' : 'failed' };
    },
  });
  const result = await session.run('Greet twice.');
  expect(result).toMatchObject({ status: 'completed', text: expect.stringContaining('attempt 2 of 2') as string });
  expect(await greeting()).toMatch(/^tested\n/);
  const [turn] = (await world.store.load()).turns;
  expect(turn?.outcome).toMatchObject({
    chosen: 2,
    attempts: [
      { number: 1, tests: 'failed', lost: 'its tests: failed; those of attempt 2: passed' },
      { number: 2, tests: 'passed', lost: null },
    ],
  });
});

it('where the tests do not decide, each different diff is reviewed once in its own files, and the cost is told', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('rude'), greet('kind', 3), greet('rude')] }) });
  const reviewed: string[] = [];
  const session = await world.open({
    attempts: 3,
    verify: () => Promise.resolve({ tests: 'passed' }),
    review: async ({ number, cwd, tests }) => {
      const text = await readFile(path.join(cwd, 'greeting.txt'), 'utf8');
      reviewed.push(`${number} ${tests} ${text.split('\n')[0] ?? ''}`);
      return {
        review: text.startsWith('kind') ? 'accepted' : 'revise',
        usage: { inputTokens: 10, cachedInputTokens: 0, outputTokens: 1, totalTokens: 11 },
      };
    },
  });
  const result = await session.run('Greet kindly.');
  expect(reviewed).toEqual(['1 passed rude', '2 passed kind']);
  expect(result).toMatchObject({
    status: 'completed',
    text: expect.stringContaining('attempt 2 of 3') as string,
    usage: { totalTokens: 22 },
  });
  expect(await greeting()).toMatch(/^kind\n/);
  const [turn] = (await world.store.load()).turns;
  expect(turn?.outcome).toMatchObject({
    usage: { totalTokens: 22 },
    attempts: [
      { review: 'revise', lost: 'its review: revise; that of attempt 2: accepted' },
      { review: 'accepted', lost: null },
      { review: 'revise' },
    ],
  });
});

it('nothing is reviewed where the tests decide, or all attempts are one diff', async () => {
  for (const diffs of [
    [greet('bad'), greet('good')],
    [greet('good'), greet('good')],
  ]) {
    await using here = await CloudWorld.make({ script: () => ({ diffs }) });
    const session = await here.open({
      attempts: 2,
      verify: async ({ cwd }) => {
        const passes = (await readFile(path.join(cwd, 'greeting.txt'), 'utf8')).startsWith('good');
        return { tests: passes ? 'passed' : 'failed' };
      },
      review: () => Promise.reject(new Error('there is nothing to review')),
    });
    expect(await session.run('Greet.')).toMatchObject({ status: 'completed', usage: { totalTokens: 0 } });
  }
});

it('a diff that reaches out of the work tree is not applied, and loses to one that does not', async () => {
  const link = `diff --git a/etc b/etc
new file mode 120000
--- /dev/null
+++ b/etc
@@ -0,0 +1 @@
+/etc
\\ No newline at end of file
`;
  const outside = greet('outside').replaceAll('greeting.txt', '../greeting.txt');
  world = await CloudWorld.make({ script: () => ({ diffs: [link, outside, greet('inside')] }) });
  const session = await world.open({ attempts: 3 });
  expect((await session.run('Reach out.')).status).toBe('completed');
  expect(await greeting()).toBe('inside\n');
  const [turn] = (await world.store.load()).turns;
  expect(turn?.outcome).toMatchObject({
    chosen: 3,
    attempts: [
      { number: 1, applies: false, lost: expect.stringMatching(/symbolic link/) as string },
      { number: 2, applies: false, lost: expect.stringMatching(/does not apply/) as string },
      { number: 3, applies: true, lost: null },
    ],
  });
});

it('a task without a change is a failed turn', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [null] }) });
  const session = await world.open();
  expect(await session.run('Change nothing.')).toMatchObject({ status: 'failed', error: { code: 'cloud-no-attempt' } });
});

it('a second turn starts from what the first one changed, and its diff may be told with or without that', async () => {
  const scripted = [
    greet('first'),
    'diff --git a/greeting.txt b/greeting.txt\n--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-first\n+second\n',
    greet('third'),
  ];
  world = await CloudWorld.make({ script: (_prompt, index) => ({ diffs: [scripted[index] ?? null] }) });
  const session = await world.open();
  for (const words of ['first', 'second', 'third']) {
    expect(await session.run(`Say ${words}.`)).toMatchObject({ status: 'completed' });
    expect(await greeting()).toBe(`${words}\n`);
  }
  const starts = world.cloud.tasks.map(({ startingDiff }) => startingDiff);
  expect(starts[0]).toBeUndefined();
  expect(starts[1]).toContain('+first');
  expect(starts[2]).toContain('+second');
});

const stepAt = (place: string, attempt = 1) => ({ step: { key: `run-1:${place}:builder.turn`, attempt } });

it('a turn that had come to its end is not submitted again by whoever knows nothing of that', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('once')] }) });
  await (await world.open()).run('Do it once.', stepAt('3.0'));
  await world.workspace.restore(world.workspace.baseTree);
  expect(await (await world.open()).run('Do it once.', stepAt('3.0'))).toMatchObject({
    status: 'completed',
    threadId: 'task_e_1',
  });
  expect(await greeting()).toBe('once\n');
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a turn that had failed is told once more, and not submitted again', async () => {
  world = await CloudWorld.make({ script: () => ({ life: ['failed'] }) });
  const failed = { status: 'failed', threadId: 'task_e_1', error: { code: 'cloud-task-failed' } };
  expect(await (await world.open()).run('Fail.', stepAt('3.0'))).toMatchObject(failed);
  expect(await (await world.open()).run('Fail.', stepAt('3.0'))).toMatchObject(failed);
  expect(world.cloud.tasks).toHaveLength(1);
});

it('the same words in another turn are another task, also where a try at it died before it asked for one', async () => {
  world = await CloudWorld.make({ script: (_prompt, index) => ({ diffs: [greet(`round ${index}`)] }) });
  for (const [index, step] of [stepAt('3.0'), stepAt('5.1'), stepAt('7.1', 2)].entries()) {
    await world.workspace.restore(world.workspace.baseTree);
    expect(await (await world.open()).run('Greet.', step)).toMatchObject({ threadId: `task_e_${index + 1}` });
    expect(await greeting()).toBe(`round ${index}\n`);
  }
});

it('each turn is found again by its place, whatever was begun after it', async () => {
  world = await CloudWorld.make({ script: (_prompt, index) => ({ diffs: [greet(`round ${index}`)] }) });
  const { cli, store, workspace } = world;
  await (await world.open()).run('Greet.', stepAt('3.0'));
  const [first] = (await store.load()).turns;
  await intend({ environment: 'env_1', attempts: 1, prompt: 'Greet.' }, null, { cli, store, step: '5.1' });
  await rm(path.join(store.dir, 'task_e_1'), { recursive: true });
  await workspace.restore(workspace.baseTree);
  expect(await (await world.open()).run('Greet.', stepAt('3.0'))).toMatchObject({ threadId: 'task_e_1' });
  expect((await store.load()).turns).toMatchObject([{ marker: first?.marker, outcome: { chosen: 1 } }, { task: null }]);
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a turn that was left is of the place where it is taken up', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('left')] }) });
  const { cli, store } = world;
  await intend({ environment: 'env_1', branch: 'main', attempts: 1, prompt: 'Greet.' }, null, { cli, store });
  for (let times = 0; times < 2; times += 1)
    expect(await (await world.open()).run('Greet.', stepAt('3.0'))).toMatchObject({ threadId: 'task_e_1' });
  expect((await store.load()).turns).toMatchObject([{ step: 'run-1:3.0:builder.turn' }]);
});

it('a turn of a record that says no places is taken again by a second try', async () => {
  world = await CloudWorld.make({ script: () => ({ diffs: [greet('once')] }) });
  await (await world.open()).run('Greet.');
  expect(await (await world.open()).run('Greet.', stepAt('3.0', 2))).toMatchObject({ threadId: 'task_e_1' });
  expect(await (await world.open()).run('Greet.', stepAt('5.1'))).toMatchObject({ threadId: 'task_e_2' });
});

it('says that an API key is no login to Codex Cloud, and sends nothing to find out', async () => {
  world = await CloudWorld.make();
  expect(await world.driver().auth()).toEqual({ state: 'logged-in', method: 'chatgpt' });
  expect(world.cloud.requests).toEqual([]);
});
