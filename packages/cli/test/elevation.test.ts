import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Approval, JournalEngine, RunLayout } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand } from './real-command.js';
import { builder, killCodex, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await killCodex(world);
  await world[Symbol.asyncDispose]();
});

const outside = (name = 'elevated') => ({
  escalate: { command: `echo out >> "$HOME/${name}"`, justification: 'I need it' },
});
const scenes = [planner(), builder(1, outside(), { applyPatch: oneChange }, say), reviewer()];
const wasDone = (name = 'elevated'): boolean => existsSync(path.join(world.root, 'home', name));
const timesDone = (): Promise<number> =>
  readFile(path.join(world.root, 'home', 'elevated'), 'utf8').then(
    (text) => text.split('\n').length - 1,
    () => 0,
  );
const asks = /asks to leave its sandbox \(e1\)/;

interface Line {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

async function events(type: string): Promise<readonly Line[]> {
  const { taskId, runId } = await world.manifest();
  const lines = (await world.read(`.runs/${taskId}/${runId}/events.jsonl`)).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line).filter((line) => line.type === type);
}

describe('an elevation', () => {
  it('is done when a human approves exactly it from another terminal', async () => {
    await world.model(scenes);
    const call = world.start('run', 'do it');
    await call.until(asks);
    expect((await world.run('approve', 'latest', '--request', 'e1')).code).toBe(0);
    const said = await call.said;
    expect(said.code, said.err).toBe(3);
    expect(said.err).toMatch(/run: \/bin\/bash -l?c 'echo out >> "\$HOME\/elevated"'/);
    expect(await timesDone()).toBe(1);
    expect((await world.run('runs', 'show')).out).toContain('Ada Example decided');
  });

  it('is not done when a human denies it', async () => {
    await world.model(scenes);
    const call = world.start('run', 'do it');
    await call.until(asks);
    await world.run('reject', 'latest', '--request', 'e1');
    expect((await call.said).code).toBe(3);
    expect(wasDone()).toBe(false);
  });

  it('is not even asked for when the policy denies it', async () => {
    await world.model(scenes);
    const said = await world.run('run', 'do it', '--elevation', 'deny');
    expect(said.code, said.err).toBe(3);
    expect(said.err).toContain('the policy denies every elevation');
    expect(wasDone()).toBe(false);
  });

  it('is not done for an answer that a policy gave, and goes on waiting', async () => {
    await world.model(scenes);
    const call = world.start('run', 'do it');
    await call.until(asks);
    const { runId, elevations } = await world.manifest();
    const forged: Approval = {
      subject: { kind: 'elevation', id: 'e1', sha256: elevations[0]?.sha256 ?? '' },
      decision: 'approved',
      by: { actor: 'policy', name: 'Auto', email: '' },
      at: new Date().toISOString(),
      channel: 'cli',
      justification: '',
    };
    await using engine = new JournalEngine(new RunLayout(world.repo));
    await engine.signal(runId, 'elevation', forged);
    await call.until(/a human has to answer/);
    expect(wasDone()).toBe(false);
    await world.run('reject', 'latest', '--request', 'e1');
    expect((await call.said).code).toBe(3);
  });

  it('names what waits when another request is answered', async () => {
    await world.model(scenes);
    const call = world.start('run', 'do it');
    await call.until(asks);
    const other = await world.run('approve', 'latest', '--request', 'e7');
    expect(other.code).toBe(1);
    expect(other.err).toContain('It waits for an answer to e1.');
    expect((await world.run('approve', 'latest')).err).toContain('--request e1');
    await world.run('reject', 'latest', '--request', 'e1');
    await call.said;
  });

  it('needs an answer of its own when the same is asked for again', async () => {
    await world.model([planner(), builder(1, outside(), outside(), { applyPatch: oneChange }, say), reviewer()]);
    const call = world.start('run', 'do it');
    await call.until(asks);
    await world.run('approve', 'latest', '--request', 'e1');
    await call.until(/asks to leave its sandbox \(e2\)/);
    expect(await timesDone()).toBe(1);
    await world.run('reject', 'latest', '--request', 'e2');
    expect((await call.said).code).toBe(3);
    expect(await timesDone()).toBe(1);
  });
});

describe('an elevation that nobody answers in time', () => {
  const config = (holdMinutes = 0) => ({ approvals: { elevation: 'ask', timeoutSeconds: 1, holdMinutes } }) as const;

  it('stays open when the command exits, and the turn is repeated once there is an answer', async () => {
    await world.model(scenes, config());
    const run = await world.run('run', 'do it');
    expect(run.code, run.err).toBe(3);
    expect(run.out).toContain('waits for your answer');
    expect(run.out).toMatch(/approve \S+ --request e1/);
    expect(await world.processes('app-server')).toEqual([]);
    expect(await world.manifest()).toMatchObject({ state: 'building', elevations: [{ id: 'e1' }] });
    expect((await world.run('runs', 'verify')).out).toContain('intact');

    const approved = await world.run('approve', 'latest', '--request', 'e1');
    expect(approved.code, approved.err).toBe(3);
    expect(await timesDone()).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval', elevations: [] });
    // The answer that waited was used for the same request, and nobody was asked twice.
    expect(await events('elevation.requested')).toHaveLength(1);
    expect((await world.run('runs', 'verify')).out).toContain('intact');
  });

  it('goes on without it when it is rejected', async () => {
    await world.model(scenes, config());
    expect((await world.run('run', 'do it')).code).toBe(3);
    const rejected = await world.run('reject', 'latest', '--request', 'e1');
    expect(rejected.code, rejected.err).toBe(3);
    expect(wasDone()).toBe(false);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval' });
  });

  it('is asked for again by a resume without an answer', async () => {
    await world.model(scenes, config());
    expect((await world.run('run', 'do it')).code).toBe(3);
    const resumed = await world.run('resume');
    expect(resumed.code, resumed.err).toBe(3);
    expect(resumed.err).toMatch(asks);
    expect(await events('elevation.requested')).toHaveLength(1);
    expect(wasDone()).toBe(false);
  });

  it('is answered in the very turn that asked, where Codex was kept alive', async () => {
    const server = await world.model(scenes, config(5));
    const run = await world.run('run', 'do it');
    expect(run.code, run.err).toBe(3);
    expect(await world.processes('app-server')).not.toEqual([]);
    const asked = server.report().exchanges.length;

    const approved = await world.run('approve', 'latest', '--request', 'e1');
    expect(approved.code, approved.err).toBe(3);
    expect(await timesDone()).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval' });
    // What follows the command, and the review: the turn was not begun anew.
    const after = server.report().exchanges.slice(asked);
    expect(after.map(({ scene }) => scene)).toEqual([
      'builder, attempt 1',
      'builder, attempt 1',
      'reviewer says approve',
    ]);
    expect(await world.processes('app-server')).toEqual([]);
  });

  it('is repeated where the Codex that was kept alive has died', async () => {
    await world.model(scenes, config(5));
    expect((await world.run('run', 'do it')).code).toBe(3);
    await killCodex(world);
    const approved = await world.run('approve', 'latest', '--request', 'e1');
    expect(approved.code, approved.err).toBe(3);
    expect(await timesDone()).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval' });
  });
});

describe('an elevation that two people answer', () => {
  it('is what the first one said, and the other one is told', async () => {
    await world.model(scenes);
    const holder = await startCommand(world, ['run', 'do it']);
    await holder.until(asks);
    holder.kill('SIGSTOP');
    const approve = world.start('approve', 'latest', '--request', 'e1');
    await approve.until(/The answer is posted/);
    const reject = world.start('reject', 'latest', '--request', 'e1');
    await reject.until(/The answer is posted/);
    holder.kill('SIGCONT');
    const [approved, rejected] = await Promise.all([approve.said, reject.said]);
    expect(approved.code, approved.err).toBe(0);
    expect(rejected.code).toBe(1);
    expect(rejected.err).toContain('Ada Example approved it first');
    expect((await holder.ended).code).toBe(3);
    expect(await timesDone()).toBe(1);
  });
});

describe('a Codex that is kept alive for an answer', () => {
  const config = { approvals: { elevation: 'ask', timeoutSeconds: 1, holdMinutes: 5 } } as const;
  const codexEnds = async (): Promise<void> => {
    while ((await world.processes('app-server')).length > 0) await delay(50);
  };

  it('ends when its run is cancelled', async () => {
    await world.model(scenes, config);
    expect((await world.run('run', 'do it')).code).toBe(3);
    expect((await world.run('cancel', 'latest')).code).toBe(0);
    await codexEnds();
  });

  it('ends when the command that goes on with it is killed, and its work does not count', async () => {
    const leak = { shell: 'while true; do date > src/leak.js; sleep 0.1; done' };
    await world.model([planner(), builder(1, outside(), leak, { applyPatch: oneChange }, say), reviewer()], config);
    expect((await world.run('run', 'do it')).code).toBe(3);
    const going = await startCommand(world, ['approve', 'latest', '--request', 'e1']);
    await going.until(/\$ .*leak\.js/);
    going.kill('SIGKILL');
    await going.ended;
    await codexEnds();
    while ((await world.processes('leak.js')).length > 0) await delay(50);
    expect(await world.manifest()).toMatchObject({ state: 'building', elevations: [] });
  });
});

describe('an elevation whose command is killed while it waits', () => {
  it.each([
    ['is answered when the turn is repeated', 0, 4],
    ['is answered by the Codex that was kept alive', 5, 3],
  ])('%s', async (_, holdMinutes, turns) => {
    const server = await world.model(scenes, { approvals: { elevation: 'ask', timeoutSeconds: 600, holdMinutes } });
    const killed = await startCommand(world, ['run', 'do it']);
    await killed.until(asks);
    killed.kill('SIGKILL');
    await killed.ended;
    const approved = await world.run('approve', 'latest', '--request', 'e1');
    expect(approved.code, approved.err).toBe(3);
    expect(await timesDone()).toBe(1);
    expect(await events('elevation.decided')).toHaveLength(1);
    const { exchanges } = server.report();
    expect(exchanges.filter(({ scene }) => scene === 'builder, attempt 1')).toHaveLength(turns);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval' });
    expect(await world.processes('app-server')).toEqual([]);
  });

  it('leaves no Codex behind where none is waited for', async () => {
    const config = { approvals: { elevation: 'ask', holdMinutes: 5 } } as const;
    await world.model([planner(), builder(1, { shell: 'sleep 67' }, say)], config);
    const killed = await startCommand(world, ['run', 'do it']);
    await killed.until(/\$ .*sleep 67/);
    killed.kill('SIGKILL');
    await killed.ended;
    while ((await world.processes('app-server')).length > 0) await delay(50);
    while ((await world.processes('sleep 67')).length > 0) await delay(50);
  });

  it('starts on a new thread where the old one is lost', async () => {
    await world.model(scenes, { approvals: { elevation: 'ask', timeoutSeconds: 1 } });
    expect((await world.run('run', 'do it')).code).toBe(3);
    const { runId } = await world.manifest();
    await rm(path.join(world.root, 'state', 'codex', runId, 'sessions'), { recursive: true });
    const approved = await world.run('approve', 'latest', '--request', 'e1');
    expect(approved.code, approved.err).toBe(3);
    expect(await timesDone()).toBe(1);
  });
});
