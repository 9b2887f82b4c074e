import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Scene } from '@codex-orch/replay';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fleetDir } from '../src/compose/lanes/fleet-place.js';
import { diffOf, fleetOf, goalBuilder, goalOf, letGo, scenesFor, standings, waits, writeGoals } from './fleet.js';
import { killCodex, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const approve = async (id: string): Promise<void> => {
  const said = await world.run('approve', (await goalOf(world, id)).runId);
  expect(said.code, said.err).toBe(0);
};

it('works on several goals at a time, parks each at its gate, and is done when all are approved', async () => {
  const ids = ['one', 'two', 'three', 'four'];
  await world.model(scenesFor(ids));
  const file = await writeGoals(
    world,
    ids.map((id) => ({ id })),
  );
  const said = await world.run('goals', 'run', file, '--concurrency', '3');
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ one: 'parked', two: 'parked', three: 'parked', four: 'parked' });
  for (const id of ids) expect(await diffOf(world, id)).toEqual([`src/${id}.js`]);
  await approve('one');
  const { out: status } = await world.run('goals', 'status');
  expect(status).toMatch(/one +done/);
  expect(status).not.toContain(`approve ${(await goalOf(world, 'one')).runId}`);
  expect(status).toContain('1 of 4 goals done');
  expect(status).toContain('goals run --resume');
  expect(status).not.toContain('what depends on it');
  for (const id of ids.slice(1)) await approve(id);
  // Nothing is left that would have to be gone on with.
  const whole = (await world.run('goals', 'status')).out;
  expect(whole).toMatch(/4 of 4 goals done, [\d,]+ tokens$/m);
  expect(whole).toContain('integrate goals-');
  expect(whole).not.toContain('goals run --resume');
  expect((await world.run('goals', 'list')).out).toMatch(/ended +4 done/);
  const resumed = await world.run('goals', 'run', file);
  expect(resumed.code, resumed.err).toBe(0);
  expect(resumed.out).toContain('integrate goals-');
  expect(resumed.err).toContain(`Going on with ${(await fleetOf(world)).fleetId}`);
  expect(await standings(world)).toEqual({ one: 'done', two: 'done', three: 'done', four: 'done' });
});

it('begins a goal on top of what it depends on, as soon as that is approved, while others go on', async () => {
  await world.model(scenesFor(['base', 'slow', 'top'], { slow: goalBuilder('slow', waits) }));
  const file = await writeGoals(world, [{ id: 'base' }, { id: 'slow' }, { id: 'top', depends_on: ['base'] }]);
  const call = world.start('goals', 'run', file);
  await call.until(/\[slow\].*\$ .*while/);
  await call.until(/\[base\] parked/);
  expect(await standings(world)).toMatchObject({ top: 'waiting' });
  await approve('base');
  await call.until(/\[top\] parked/);
  await letGo(world, 'slow');
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  expect(await diffOf(world, 'top')).toEqual(['src/top.js']);
  expect((await goalOf(world, 'top')).base).toBe((await goalOf(world, 'base')).commit);
  const { runId } = await goalOf(world, 'top');
  const tree = path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', runId, 'tree');
  expect(await readdir(path.join(tree, 'src'))).toContain('base.js');
  expect(said.out).toContain(`runs show ${runId}   # the diff of `);
  expect(said.out).toContain(`approve ${runId}`);
});

it('puts the work of several goals together for one that depends on all of them', async () => {
  await world.model(scenesFor(['left', 'right', 'both']));
  const file = await writeGoals(world, [
    { id: 'left' },
    { id: 'right' },
    { id: 'both', depends_on: ['left', 'right'] },
  ]);
  expect((await world.run('goals', 'run', file)).code).toBe(3);
  await approve('left');
  await approve('right');
  const said = await world.run('goals', 'run', file);
  expect(said.code, said.err).toBe(3);
  await approve('both');
  expect((await world.run('goals', 'run', file)).code).toBe(0);
  for (const id of ['left', 'right', 'both']) {
    const applied = await world.run('apply', (await goalOf(world, id)).runId);
    expect(applied.code, applied.err).toBe(0);
  }
  expect(world.git('status', '--porcelain', '--untracked-files=all')).toMatch(/both\.js[^]*left\.js[^]*right\.js/);
});

it('blocks what depends on a goal that failed or on goals that do not go together, and goes on with the rest', async () => {
  const clash = (id: string): Scene => ({
    ...goalBuilder(id),
    steps: [
      {
        applyPatch: `*** Begin Patch\n*** Update File: src/old.js\n@@\n-export const old = 1;\n+export const old = '${id}';\n*** End Patch`,
      },
      say,
    ],
  });
  const bad: Scene = { ...goalBuilder('bad'), steps: [{ fail: { status: 401 } }] };
  await world.model(scenesFor(['bad', 'after', 'm', 'n', 'mn', 'fine'], { bad, m: clash('m'), n: clash('n') }));
  const file = await writeGoals(world, [
    { id: 'bad' },
    { id: 'after', depends_on: ['bad'] },
    { id: 'm' },
    { id: 'n' },
    { id: 'mn', depends_on: ['m', 'n'] },
    { id: 'fine' },
  ]);
  expect((await world.run('goals', 'run', file, '--concurrency', '3')).code).toBe(3);
  for (const id of ['m', 'n', 'fine']) await approve(id);
  const said = await world.run('goals', 'run', file);
  expect(said.code, said.err).toBe(1);
  expect(await standings(world)).toEqual({
    bad: 'failed',
    after: 'blocked',
    m: 'done',
    n: 'done',
    mn: 'blocked',
    fine: 'done',
  });
  expect((await goalOf(world, 'after')).end).toMatchObject({ code: 'dependency-not-done' });
  expect((await goalOf(world, 'mn')).end).toMatchObject({
    code: 'goal-bases-conflict',
    message: expect.stringContaining('"m" and "n", which both changed src/old.js') as string,
  });
});

it('loses no goal when the Codex that all lanes share dies', async () => {
  const ids = ['one', 'two', 'three'];
  await world.model(
    scenesFor(ids, Object.fromEntries(ids.map((id) => [id, goalBuilder(id, { shell: 'sleep 2' }, { shell: 'true' })]))),
  );
  const file = await writeGoals(
    world,
    ids.map((id) => ({ id })),
  );
  const call = world.start('goals', 'run', file, '--concurrency', '3');
  await Promise.all(ids.map((id) => call.until(new RegExp(`\\[${id}\\].*\\$ .*sleep`))));
  expect(await world.processes('app-server')).toHaveLength(1);
  await killCodex(world);
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ one: 'parked', two: 'parked', three: 'parked' });
  for (const id of ids) expect(await diffOf(world, id)).toEqual([`src/${id}.js`]);
});

it('parks a goal alone whose run is interrupted, tells why, and goes on with it once that is mended', async () => {
  await world.model(scenesFor(['one', 'two', 'after']));
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }, { id: 'after', depends_on: ['two'] }]);
  expect((await world.run('goals', 'run', file)).code).toBe(3);
  const { runId } = await goalOf(world, 'one');
  const tree = path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', runId);
  await rename(tree, `${tree}.aside`);
  expect((await world.run('approve', runId)).err).toContain('[promotion-blocked]');
  await approve('two');

  const said = await world.run('goals', 'run', file);
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ one: 'parked', two: 'done', after: 'parked' });
  expect(said.out).toMatch(/one +parked +run .* was interrupted: .*cannot be committed.*\[promotion-blocked\]/);
  expect(said.out).toContain('then resume the run');
  expect(said.out).not.toContain(`approve ${runId}`);
  await approve('after');
  // Nobody is asked anything any more.
  expect((await world.run('goals', 'run', file)).code).toBe(1);

  await rm(tree, { recursive: true, force: true });
  await rename(`${tree}.aside`, tree);
  const mended = await world.run('goals', 'run', file);
  expect(mended.code, mended.err + mended.out).toBe(0);
  expect(await standings(world)).toEqual({ one: 'done', two: 'done', after: 'done' });
});

it('keeps the work that a goal which has not begun is to start from, whatever age gc is told', async () => {
  await world.model(scenesFor(['base', 'top']));
  const file = await writeGoals(world, [{ id: 'base' }, { id: 'top', depends_on: ['base'] }]);
  expect((await world.run('goals', 'run', file)).code).toBe(3);
  await approve('base');
  expect((await world.run('apply', (await goalOf(world, 'base')).runId)).code).toBe(0);
  const { fleetId } = await fleetOf(world);
  const early = await world.run('integrate', fleetId, '--no-tests');
  expect(early.err).toContain(`The goal top of ${fleetId} has not begun.`);
  expect(early.code).toBe(1);
  const kept = await world.run('gc', '--older-than', '0m', '--runs');
  expect(kept.out, kept.err).toContain(`the goal "top" of ${fleetId} is to start from it`);
  expect((await world.run('goals', 'run', file)).code).toBe(3);
  expect(await standings(world)).toEqual({ base: 'done', top: 'parked' });

  await approve('top');
  expect((await world.run('goals', 'run', file)).code).toBe(0);
  const last = await world.run('gc', '--older-than', '0m');
  expect(last.out, last.err).toMatch(
    new RegExp(`kept +${fleetId} +the approved diff of its goal "top" is not applied`),
  );
  // Nobody can see now whether that still holds.
  const record = path.join(fleetDir(world.env, fleetId), 'fleet.json');
  const told = await readFile(record);
  await writeFile(record, '{');
  expect((await world.run('gc', '--older-than', '0m')).out).toMatch(new RegExp(`kept +${fleetId} +its record cannot`));
  await writeFile(record, told);
  const { runId } = await goalOf(world, 'top');
  expect((await world.run('apply', runId)).code).toBe(0);
  expect((await world.run('gc', '--older-than', '0m')).out).toMatch(new RegExp(`goals +.*${fleetId}`));
});

it('cancels a goal whose run cannot be gone on with', async () => {
  await world.model(scenesFor(['one']));
  const file = await writeGoals(world, [{ id: 'one' }]);
  await world.run('goals', 'run', file);
  const { runId } = await goalOf(world, 'one');
  await writeFile(path.join(world.repo, '.runs/adhoc', runId, 'events.jsonl'), 'x\n');
  expect((await world.run('goals', 'run', file)).code).toBe(1);
  expect((await goalOf(world, 'one')).trouble).toMatchObject({ code: 'log-damaged' });
  const said = await world.run('goals', 'cancel', 'latest');
  expect(said.out, said.err).toContain('Cancelled one');
  expect(await standings(world)).toEqual({ one: 'cancelled' });
});

it('cancels one goal, and all that are left', async () => {
  await world.model(scenesFor(['slow', 'other', 'last'], { slow: goalBuilder('slow', waits) }));
  const file = await writeGoals(world, [{ id: 'slow' }, { id: 'other' }, { id: 'last', depends_on: ['other'] }]);
  const call = world.start('goals', 'run', file);
  await call.until(/\[slow\].*\$ .*while/);
  await call.until(/\[other\] parked/);
  expect((await world.run('goals', 'cancel', 'latest', 'nobody')).err).toContain('[bad-flags]');
  const one = await world.run('goals', 'cancel', 'latest', 'slow');
  expect(one.code, one.err).toBe(0);
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ slow: 'cancelled', other: 'parked', last: 'waiting' });
  const all = await world.run('goals', 'cancel', 'latest');
  expect(all.out, all.err).toMatch(/^Cancelled other and last of goals-/);
  expect(await standings(world)).toEqual({ slow: 'cancelled', other: 'cancelled', last: 'cancelled' });
  expect((await world.manifest((await goalOf(world, 'other')).runId)).state).toBe('cancelled');
  expect((await world.run('goals', 'run', '--resume', 'latest')).code).toBe(1);
});

it('stops when it is interrupted, and goes on where it was', async () => {
  await world.model(scenesFor(['slow', 'next'], { slow: goalBuilder('slow', waits) }));
  const file = await writeGoals(world, [{ id: 'slow' }, { id: 'next' }]);
  const call = world.start('goals', 'run', file, '--concurrency', '1');
  await call.until(/\[slow\].*\$ .*while/);
  call.signal('SIGINT');
  const stopped = await call.said;
  expect(stopped.code, stopped.err).toBe(130);
  const { fleetId } = await fleetOf(world);
  const resume = `codex-orch goals run --resume ${fleetId}`;
  expect(stopped.err).toContain(resume);
  const list = (await world.run('goals', 'list')).out;
  expect(list).toMatch(new RegExp(`${fleetId} +stopped +1 stopped, 1 waiting`));
  expect(list).toContain(resume);
  const status = (await world.run('goals', 'status')).out;
  expect(status).toMatch(/slow +stopped .*[^]*Nobody works on it any more: the process that did was ended\.\n/);
  expect(status).toContain(resume);
  const again = world.start('goals', 'run', '--resume', 'latest');
  await again.until(/\[slow\].*\$ .*while/);
  await letGo(world, 'slow');
  const said = await again.said;
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ slow: 'parked', next: 'parked' });
});

it('starts nothing more and ends what works when the budget of all goals is used up', async () => {
  await world.model(scenesFor(['one', 'two', 'three']));
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }, { id: 'three' }]);
  const said = await world.run('goals', 'run', file, '--concurrency', '1', '--max-tokens', '100');
  expect(said.code, said.err).toBe(1);
  expect(await standings(world)).toEqual({ one: 'exhausted', two: 'blocked', three: 'blocked' });
  expect((await goalOf(world, 'two')).end).toMatchObject({ code: 'goals-budget-exhausted' });
});

it('frees the lane of a goal that waits for an answer, and goes on with it once there is one', async () => {
  const escalate = { command: 'echo out > ../outside.txt', justification: 'I need it' };
  await world.model(scenesFor(['asks', 'next'], { asks: goalBuilder('asks', { escalate }) }), {
    approvals: { elevation: 'ask', timeoutSeconds: 1 },
  });
  const file = await writeGoals(world, [{ id: 'asks' }, { id: 'next' }]);
  const said = await world.run('goals', 'run', file, '--concurrency', '1');
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ asks: 'parked', next: 'parked' });
  const { runId, asks } = await goalOf(world, 'asks');
  expect(asks).toEqual(['e1']);
  expect(said.out).toContain(`approve ${runId} --request e1`);
  const answered = await world.run('approve', runId, '--request', 'e1');
  expect(answered.code, answered.err).toBe(3);
  const resumed = await world.run('goals', 'run', file);
  expect(resumed.code, resumed.err).toBe(3);
  expect(await goalOf(world, 'asks')).toMatchObject({ standing: 'parked', asks: [] });
  expect(await diffOf(world, 'asks')).toEqual(['src/asks.js']);
});

it('lists goals, tells how they stand, and removes what is left of them once nothing needs it', async () => {
  await world.model(scenesFor(['one']));
  expect((await world.run('goals', 'list')).out).toContain('No goals');
  const file = await writeGoals(world, [{ id: 'one' }]);
  await world.run('goals', 'run', file);
  const { fleetId } = await fleetOf(world);
  expect((await world.run('goals', 'list')).out).toMatch(new RegExp(`${fleetId} +stopped +1 parked`));
  expect((await world.run('goals', 'status')).out).toMatch(/one +parked +run .* waits for your approval/);
  expect((await world.run('goals', 'status', 'nothing')).err).toContain('[unknown-goals]');
  expect((await world.run('reject', (await goalOf(world, 'one')).runId)).code).toBe(0);
  const over = await world.run('goals', 'run', file);
  expect(over.code).toBe(1);
  expect((await world.run('goals', 'status', fleetId.slice(-6), '--json')).json()).toMatchObject({
    fleetId,
    over: true,
    holder: null,
    goals: [{ standing: 'rejected' }],
  });
  expect((await world.run('gc')).out).toMatch(new RegExp(`kept +${fleetId} +it is not old enough`));
  const collected = await world.run('gc', '--older-than', '0m');
  expect(collected.code, collected.err).toBe(0);
  expect((await world.run('goals', 'list')).out).toContain('No goals');
});
