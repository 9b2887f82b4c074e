import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isEveryCase } from './every-case.js';
import { type CommandEnd, type RunningCommand, startCommand } from './real-command.js';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

const day = 24 * 3600 * 1000;
const jumps = [
  ['forward', 30 * day],
  ['back', -30 * day],
] as const;

/**
 * Moves the wall clock of the process that loads it by the milliseconds that stand in a file, from the moment it is there. What
 * the system gives for measuring durations (timers, `performance.now`) stays as it is, as it does when an administrator or NTP
 * sets a clock; so do the times of files and of other processes, such as Codex.
 */
const wallClock = `
import { readFileSync } from 'node:fs';
const System = Date;
const offset = () => {
  try { return Number(readFileSync(process.env.CLOCK_OFFSET, 'utf8')); } catch { return 0; }
};
const now = () => System.now() + offset();
globalThis.Date = new Proxy(System, {
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  apply: () => new System(now()).toString(),
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
});
`;

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const offsetFile = (): string => path.join(world.root, 'clock-offset');

/** The wall clock of every command from now on, those that run included, is off by this much. */
const setClock = (offset: number): Promise<void> => writeFile(offsetFile(), String(offset));

const start = (...args: string[]): Promise<RunningCommand> =>
  startCommand(world, args, { preload: wallClock, env: { CLOCK_OFFSET: offsetFile() } });

const run = async (...args: string[]): Promise<CommandEnd> => (await start(...args)).ended;

async function expectCode(code: number, ...args: string[]): Promise<CommandEnd> {
  const ended = await run(...args);
  expect(ended.code, `${args.join(' ')}\n${ended.err}${ended.out}`).toBe(code);
  return ended;
}

interface Line {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
}

async function readEvents(): Promise<Line[]> {
  const { taskId, runId } = await world.manifest();
  const lines = (await world.read(`.runs/${taskId}/${runId}/events.jsonl`)).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** By how much the recorded time leaps from one event to the next where it leaps most. */
function largestLeap(events: readonly Line[]): number {
  const leaps = events.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(events[index]?.at ?? ''));
  return leaps.reduce((most, leap) => (Math.abs(leap) > Math.abs(most) ? leap : most), 0);
}

describe.each(jumps)('a clock that jumps %s by 30 days', (_direction, offset) => {
  let tests = 0;
  /** Every other test jumps forward, and the rest back; `npm run torture` has each do both. */
  const itInTurn = (title: string, test: () => Promise<void>): void => {
    const isTurn = (tests += 1) % 2 === (offset > 0 ? 1 : 0);
    if (isEveryCase || isTurn) it(title, test);
  };

  itInTurn('while the builder works neither uses up the time of the run nor disorders what it records', async () => {
    const shell = 'while [ ! -e go ]; do sleep 0.1; done; rm go';
    await world.model([planner(), builder(1, { shell }, { applyPatch: oneChange }, say), reviewer()]);
    const command = await start('run', 'do it', '--max-minutes', '30');
    await command.until(/\$ .*while/);
    await setClock(offset);
    const { runId } = await world.manifest();
    await writeFile(path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', runId, 'tree', 'go'), '');
    const ended = await command.ended;
    expect(ended.code, ended.err).toBe(3);

    const events = await readEvents();
    expect(Math.round(largestLeap(events) / day)).toBe(offset / day);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect((await world.manifest()).budget.used.elapsedMs).toBeLessThan(30 * 60_000);
    await expectCode(0, 'runs', 'verify');
    await expectCode(0, 'approve', 'latest');
    await expectCode(0, 'apply', 'latest');
    await expectCode(0, 'runs', 'verify');
    expect(await world.manifest()).toMatchObject({ runId, state: 'done' });
  });

  itInTurn('while a run waits for its approval leaves it waiting', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await expectCode(3, 'run', 'do it');
    await setClock(offset);
    await expectCode(3, 'resume', 'latest');
    await expectCode(0, 'approve', 'latest');
    expect(await world.manifest()).toMatchObject({ state: 'done' });
    await expectCode(0, 'runs', 'verify');
  });

  itInTurn('while the planner’s model is silent neither cuts its time short nor gives it more', async () => {
    const silent = { scene: 'planner', when: { agent: 'You are the planner' }, steps: [{ stall: true } as const] };
    await world.model([silent], { model: { timeoutSeconds: 4 } });
    const command = await start('run', 'do it');
    await command.until(/preflight/);
    await setClock(offset);
    expect((await command.ended).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'failed', end: { code: 'model-timeout' } });

    await world.model([{ ...silent, steps: [{ delayMs: 2000 }, ...planner().steps] }], {
      model: { timeoutSeconds: 3600 },
    });
    await rm(offsetFile());
    const patient = await start('run', 'do it');
    await patient.until(/preflight/);
    await setClock(offset);
    await patient.until(/planner/);
    patient.kill('SIGKILL');
    await patient.ended;
  });

  itInTurn('while Codex is silent ends its turn when its time is over', async () => {
    await world.model([planner(), builder(1, { stall: true })], { codex: { idleTimeoutSeconds: 3 } });
    const command = await start('run', 'do it');
    await command.until(/planner/);
    await setClock(offset);
    expect((await command.ended).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'failed', end: { code: 'codex-idle' } });
  });

  itInTurn('while a command runs ends the run when its minutes are over', async () => {
    await world.model([planner(), builder(1, { shell: 'sleep 60' }, say)]);
    const command = await start('run', 'do it', '--max-minutes', '0.1');
    await command.until(/\$ .*sleep 60/);
    await setClock(offset);
    expect((await command.ended).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'exhausted' });
  });

  const escalate = { command: 'echo out > "$HOME/elevated"', justification: 'I need it' };
  const elevating = [planner(), builder(1, { escalate }, { applyPatch: oneChange }, say), reviewer()];
  const elevated = (): Promise<boolean> =>
    readFile(path.join(world.env['HOME'] ?? '', 'elevated')).then(
      () => true,
      () => false,
    );

  itInTurn('while a person is asked leaves them the time that they have', async () => {
    await world.model(elevating);
    const command = await start('run', 'do it', '--elevation-timeout', '3600');
    await command.until(/--request \S+\s/);
    await setClock(offset);
    await expectCode(75, 'resume', 'latest');
    const [, request = ''] = /--request (\S+)/.exec(command.said()) ?? [];
    await expectCode(0, 'approve', 'latest', '--request', request);
    const ended = await command.ended;
    expect(ended.code, ended.err).toBe(3);
    expect(await elevated()).toBe(true);
  });

  itInTurn('while nobody answers gives them no more time than they have', async () => {
    await world.model(elevating);
    const command = await start('run', 'do it', '--elevation-timeout', '3');
    await command.until(/--request \S+\s/);
    await setClock(offset);
    const ended = await command.ended;
    expect(ended.code, ended.err).toBe(3);
    expect(await world.manifest()).toMatchObject({ state: 'building', elevations: [{ id: 'e1' }] });
    expect(await elevated()).toBe(false);
  });

  itInTurn('between runs leaves them in the order in which they were started', async () => {
    await world.model([]);
    const ids: string[] = [];
    for (const clock of [0, offset, 0]) {
      await setClock(clock);
      await expectCode(1, 'run', 'do it');
      const listed = JSON.parse((await expectCode(0, 'runs', 'list', '--json')).out) as { readonly runId: string }[];
      ids.push(...listed.map(({ runId }) => runId).filter((id) => !ids.includes(id)));
      expect(listed.map(({ runId }) => runId)).toEqual(ids);
      const latest = JSON.parse((await expectCode(0, 'runs', 'show', 'latest', '--json')).out) as { runId: string };
      expect(latest.runId).toBe(ids.at(-1));
    }
    expect(ids).toHaveLength(3);
  });
});
