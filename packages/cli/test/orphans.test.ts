import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '@codex-orch/core';
import { casesOf } from './every-case.js';
import { processesWith, runCommandLine, type RunningCommand, startCommand } from './real-command.js';
import { builder, codexPaths, oneChange, planner, reviewer, sample, say, World } from './world.js';

let world: World;
let mark: string;

beforeEach(() => {
  mark = `mark-${randomUUID()}`;
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** A shell line that leaves behind children in every way that a child can get away from its parent; one stays. */
const scatter = (): string =>
  [
    `(exec -a ${mark}-child sleep 600) &`,
    `setsid bash -c "exec -a ${mark}-session sleep 600" &`,
    `(nohup bash -c "exec -a ${mark}-nohup sleep 600" >/dev/null 2>&1 &)`,
    `(setsid bash -c "(exec -a ${mark}-daemon sleep 600 </dev/null >/dev/null 2>&1 &)" &)`,
    `exec -a ${mark}-here sleep 600`,
  ].join('\n');

const withScatteringTests = (): Readonly<Record<string, string>> => ({
  ...sample,
  'package.json': JSON.stringify({
    name: 'sum',
    version: '1.0.0',
    type: 'module',
    scripts: { test: 'bash scatter.sh' },
  }),
  'scatter.sh': scatter(),
});

const running = async (): Promise<string[]> =>
  (await processesWith(mark))
    .map((line) => line.split(' ')[1] ?? '')
    .filter((name) => name.startsWith(mark))
    .map((name) => name.slice(mark.length + 1))
    .sort();

/** Ends what the test found to be left, so that it does not stay. */
async function endAll(text: string): Promise<void> {
  for (const line of await processesWith(text)) process.kill(Number.parseInt(line), 'SIGKILL');
}

/** Kills the command as the kernel would when memory runs out, and waits for the end of all that was its own. */
async function kill(command: RunningCommand): Promise<void> {
  command.kill('SIGKILL');
  await command.ended;
  try {
    await expect.poll(() => processesWith(world.root), { timeout: 60_000 }).toEqual([]);
    await expect.poll(() => processesWith(mark), { timeout: 60_000 }).toEqual([]);
  } finally {
    for (const text of [world.root, mark]) await endAll(text);
  }
}

async function killOnceScattered(command: RunningCommand): Promise<void> {
  await expect.poll(running, { timeout: 60_000 }).toEqual(everywhere);
  await kill(command);
}

const everywhere = ['child', 'daemon', 'here', 'nohup', 'session'];

/**
 * What ends them: the guard, a process that watches over the orchestrator (core's `process/guard.ts`), kills the groups that it
 * started, their descendants, and what carries its mark. Commands in a sandbox have process numbers of their own, which all go
 * when the sandbox's first process does; that one is in the guard's groups, and dies with its parent besides. Commands that Codex
 * runs outside its sandbox get the mark through the settings in its private home. No other command of ours runs.
 */
describe.runIf(process.platform === 'linux')('a run that is killed leaves no process', () => {
  it('while its tests run', async () => {
    world = await World.make(withScatteringTests());
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await killOnceScattered(await startCommand(world, ['run', 'do it']));
  });

  it('while its tests run outside any sandbox', async () => {
    world = await World.make(withScatteringTests());
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()], {
      tests: { sandbox: 'off' },
    });
    await killOnceScattered(await startCommand(world, ['run', 'do it']));
  });

  const drivers = [
    ['app-server', '0.169.0'],
    ['exec', '0.169.0'],
    ['app-server', '0.151.0'],
    ['mcp-server', '0.151.0'],
    ['exec', '0.151.0'],
  ] as const;
  const config = (driver: (typeof drivers)[number][0], version: (typeof drivers)[number][1]): Config => ({
    codex: { driver, path: codexPaths[version] },
  });

  type Driver = (typeof drivers)[number];
  const isNewest = ([driver, version]: Driver): boolean => driver === 'mcp-server' || version === '0.169.0';
  const isOlder = ([, version]: Driver): boolean => version === '0.151.0';

  it.each(casesOf('kills while Codex runs a command', drivers, isNewest))(
    'while Codex runs a command, driven by %s of %s',
    async (driver, version) => {
      world = await World.make();
      await world.model([planner(), builder(1, { shell: `bash -c '${scatter()}'` }, say)], config(driver, version));
      await killOnceScattered(await startCommand(world, ['run', 'do it']));
    },
  );

  it.each(casesOf('kills while a model is silent', drivers, isOlder))(
    'while Codex waits for a silent model, driven by %s of %s',
    async (driver, version) => {
      world = await World.make();
      await world.model([planner(), builder(1, { stall: true })], config(driver, version));
      const command = await startCommand(world, ['run', 'do it']);
      const codex = async (): Promise<boolean> =>
        (await processesWith(world.root)).some((line) => / (app-server|mcp-server|exec)( |$)/.test(line));
      await expect.poll(codex, { timeout: 60_000 }).toBe(true);
      await kill(command);
    },
  );

  const asking = drivers.filter(([driver]) => driver !== 'exec');
  it.each(casesOf('kills outside the sandbox', asking, isNewest))(
    'while Codex runs a command outside its sandbox, driven by %s of %s',
    async (driver, version) => {
      world = await World.make();
      await world.model(
        [planner(), builder(1, { escalate: { command: `bash -c '${scatter()}'`, justification: 'I need it' } }, say)],
        config(driver, version),
      );
      const command = await startCommand(world, ['run', 'do it']);
      await command.until(/--request \S+\s/);
      const [, request = ''] = /--request (\S+)/.exec(command.said()) ?? [];
      const approved = await runCommandLine(world, ['approve', 'latest', '--request', request]);
      expect(approved.code, approved.err + approved.out).toBe(0);
      await killOnceScattered(command);
    },
  );
});
