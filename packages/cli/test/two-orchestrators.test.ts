import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandEnd, runCommandLine, type RunningCommand, startCommand } from './real-command.js';
import { builder, manyByShell, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly started: string;
  readonly released: boolean;
}

async function lockFile(): Promise<string> {
  const { taskId, runId } = await world.manifest();
  const dir = path.join(world.repo, '.runs', taskId, runId);
  const generations = (await readdir(dir)).filter((name) => /^lock\.\d+$/.test(name));
  return path.join(dir, generations.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5))).at(-1) ?? '');
}

const readLock = async (): Promise<Holder> => JSON.parse(await readFile(await lockFile(), 'utf8')) as Holder;

/** A run that works for as long as the test lets it, and ends well after that. */
async function startWorking(): Promise<RunningCommand> {
  const shell = 'while [ ! -e done ]; do sleep 0.1; done; rm done';
  await world.model([planner(), builder(1, { shell }, { shell: manyByShell }, say), reviewer()]);
  const first = await startCommand(world, ['run', 'do it']);
  await first.until(/\$ .*while/);
  return first;
}

async function letItFinish(): Promise<void> {
  const { runId } = await world.manifest();
  await writeFile(path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', runId, 'tree/done'), '');
}

async function expectRefusal(second: CommandEnd, holder: Pick<Holder, 'pid' | 'since'>): Promise<void> {
  expect(second.code, second.err + second.out).toBe(75);
  const { runId } = await world.manifest();
  expect(second.out + second.err).toContain(
    `Run ${runId} is in use by process ${holder.pid} on ${os.hostname()} since ${holder.since}.`,
  );
}

it('a second orchestrator is refused and told who works on the run, while the first goes on to its end', async () => {
  const first = await startWorking();
  const holder = await readLock();
  expect(holder).toMatchObject({ pid: first.pid, host: os.hostname(), released: false });
  await expectRefusal(await runCommandLine(world, ['resume']), holder);
  const asData = await runCommandLine(world, ['resume', '--json']);
  expect(asData.code).toBe(75);
  expect(JSON.parse(asData.out)).toMatchObject({ error: { code: 'locked' } });
  await letItFinish();
  const ended = await first.ended;
  expect(ended.code, ended.err).toBe(3);
  expect((await readLock()).released).toBe(true);
  expect((await runCommandLine(world, ['runs', 'verify'])).code).toBe(0);
});

it('an orchestrator that is stopped for a while keeps its lock, and finishes once it goes on', async () => {
  const first = await startWorking();
  const holder = await readLock();
  first.kill('SIGSTOP');
  try {
    await expect.poll(async () => /^State:\s+T/m.test(await readFile(`/proc/${first.pid}/status`, 'utf8'))).toBe(true);
    // A lock that expired would have been taken by the first, or the third.
    for (let tries = 0; tries < 3; tries += 1) await expectRefusal(await runCommandLine(world, ['resume']), holder);
    await letItFinish();
    await expectRefusal(await runCommandLine(world, ['resume']), holder);
  } finally {
    first.kill('SIGCONT');
  }
  const ended = await first.ended;
  expect(ended.code, ended.err).toBe(3);
});

it('the lock of a killed orchestrator is taken by the next, which goes on where that one was', async () => {
  const first = await startWorking();
  const holder = await readLock();
  first.kill('SIGKILL');
  await first.ended;
  expect(await readLock()).toEqual(holder);
  const second = await startCommand(world, ['resume']);
  await second.until(/\$ .*while/);
  const next = await readLock();
  expect(next).toMatchObject({ pid: second.pid, released: false });
  await expectRefusal(await runCommandLine(world, ['resume']), next);
  await letItFinish();
  const ended = await second.ended;
  expect(ended.code, ended.err).toBe(3);
});

it('of many who resume a killed run at once exactly one works on it', async () => {
  const first = await startWorking();
  first.kill('SIGKILL');
  await first.ended;
  const contenders = await Promise.all(Array.from({ length: 3 }, () => startCommand(world, ['resume'])));
  const losers = new Set<CommandEnd>();
  for (const { ended } of contenders) void ended.then((end) => losers.add(end));
  await expect.poll(() => losers.size, { timeout: 60_000 }).toBe(2);
  expect([...losers].map(({ code }) => code)).toEqual([75, 75]);
  await letItFinish();
  const ends = await Promise.all(contenders.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code).sort(), ends.map(({ err }) => err).join('\n')).toEqual([3, 75, 75]);
});

it.runIf(process.platform === 'linux')(
  'a stranger that got the number of a killed orchestrator does not keep its lock',
  async () => {
    const first = await startWorking();
    first.kill('SIGKILL');
    await first.ended;
    // The kernel gives numbers out as it likes, so the lock is made to name a process that lives: only when it started differs.
    const stranger = spawn('sleep', ['600']);
    await once(stranger, 'spawn');
    try {
      const file = await lockFile();
      await writeFile(file, JSON.stringify({ ...(await readLock()), pid: stranger.pid }));
      const second = await startCommand(world, ['resume']);
      await second.until(/\$ .*while/);
      await letItFinish();
      const ended = await second.ended;
      expect(ended.code, ended.err).toBe(3);
    } finally {
      stranger.kill('SIGKILL');
    }
  },
);
