import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest, OrchError } from '@codex-orch/core';
import type { Scene } from '@codex-orch/replay';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { builder, codexPaths, killCodex, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** Runs a goal that cannot succeed, and returns what its run directory says. */
async function fail(...flags: string[]): Promise<Manifest> {
  const run = await world.run('run', 'do it', ...flags);
  expect(run.code, run.err).toBe(1);
  const manifest = await world.manifest();
  expect(manifest.end?.message).toBeTruthy();
  expect((await world.run('runs', 'verify')).out).toContain('intact');
  expect(world.git('status', '--porcelain')).toBe('');
  return manifest;
}

describe('a model that fails the planner', () => {
  const plans = (...steps: Scene['steps']): Scene => ({
    scene: 'planner',
    when: { agent: 'You are the planner' },
    steps,
  });

  it.each([
    ['answers 401', { fail: { status: 401 } }, 'model-unauthorized'],
    ['answers 429', { fail: { status: 429 } }, 'model-rate-limited'],
    ['answers 500', { fail: { status: 500 } }, 'model-error'],
    ['disconnects', { disconnect: true }, 'model-unreachable'],
    ['sends malformed events', { malformed: true }, 'model-error'],
    ['answers against the schema', { json: { plan: 'none' } }, 'model-bad-output'],
  ] as const)('and %s ends the run with a reason', async (_what, step, code) => {
    await world.model([plans(step)]);
    expect(await fail()).toMatchObject({ state: 'failed', end: { code } });
  });

  it('and falls silent ends the run with a reason', async () => {
    await world.model([plans({ stall: true })], { model: { timeoutSeconds: 2 } });
    expect(await fail()).toMatchObject({ state: 'failed', end: { code: 'model-timeout' } });
  });

  it('and then answers is asked again', async () => {
    const server = await world.model(
      [
        plans(
          { fail: { status: 429, times: 1 } },
          { json: { summary: 's', subtasks: [{ id: 'one', title: 'One', instructions: 'Do it.', paths: [] }] } },
        ),
        builder(1, { applyPatch: oneChange }, say),
        reviewer(),
      ],
      {},
    );
    await world.configure({
      ...JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')),
      model: {
        provider: { id: 'replay', baseUrl: server.baseUrl, requestMaxRetries: 2 },
        roles: 'api',
        name: 'gpt-5.5',
      },
    } as never);
    expect((await world.run('run', 'do it')).code).toBe(3);
  });
});

describe('a model that fails the builder', () => {
  it.each([
    ['answers 401', { fail: { status: 401 } }, 'model-unauthorized'],
    ['answers 429', { fail: { status: 429 } }, 'model-rate-limited'],
    ['answers 500', { fail: { status: 500 } }, 'model-error'],
    ['disconnects', { disconnect: true }, /^model-(disconnected|unreachable|error)$/],
    ['sends malformed events', { malformed: true }, /^model-/],
  ] as const)('and %s ends the run with a reason', async (_what, step, code) => {
    await world.model([planner(), builder(1, step)]);
    expect(await fail()).toMatchObject({ state: 'failed', end: { code: expect.stringMatching(code) as string } });
  });

  it('and falls silent ends the run with a reason', async () => {
    await world.model([planner(), builder(1, { stall: true })], { codex: { idleTimeoutSeconds: 3 } });
    expect(await fail()).toMatchObject({ state: 'failed', end: { code: 'codex-idle' } });
  });
});

describe('Codex', () => {
  it('that is killed in the middle of every turn ends the run as crashed', async () => {
    await world.model([
      planner(),
      { scene: 'builder', when: { input: 'You are the builder' }, steps: [{ shell: 'sleep 30' }, say] },
    ]);
    const call = world.start('run', 'do it');
    await call.until(/\$ .*sleep 30/);
    await killCodex(world);
    await call.until(/sleep 30[\s\S]*sleep 30/);
    await killCodex(world);
    expect((await call.said).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'failed', end: { code: 'codex-crashed' } });
  });

  it('that is killed once goes on in a new process', async () => {
    await world.model([
      planner(),
      { scene: 'first', when: { input: 'You are the builder' }, times: 1, steps: [{ shell: 'sleep 30' }, say] },
      { scene: 'again', when: { input: 'You are the builder' }, steps: [{ applyPatch: oneChange }, say] },
      reviewer(),
    ]);
    const call = world.start('run', 'do it');
    await call.until(/\$ .*sleep 30/);
    await killCodex(world);
    const said = await call.said;
    expect(said.code, said.err).toBe(3);
  });
});

describe('a budget', () => {
  it.each([
    ['tokens', ['--max-tokens', '10']],
    ['turns', ['--max-turns', '1']],
  ])('of %s that is used up stops the run and says so', async (limit, flags) => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    expect(await fail(...flags)).toMatchObject({
      state: 'exhausted',
      end: { code: 'budget-exhausted', message: expect.stringContaining(limit) as string },
    });
  });

  it('of minutes that is used up interrupts the turn', async () => {
    await world.model([planner(), builder(1, { shell: 'sleep 60' }, say)]);
    expect(await fail('--max-minutes', '0.1')).toMatchObject({
      state: 'exhausted',
      end: { message: expect.stringContaining('minutes') as string },
    });
  });
});

describe('a run that is stopped', () => {
  it('by a cancel from another terminal ends cancelled, and leaves no process', async () => {
    await world.model([planner(), builder(1, { shell: 'sleep 61' }, say)]);
    const call = world.start('run', 'do it');
    await call.until(/\$ .*sleep 61/);
    expect((await world.run('cancel', 'latest')).code).toBe(0);
    expect((await call.said).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'cancelled' });
    expect(await world.processes('sleep 61')).toEqual([]);
  });

  it('by Ctrl-C can be resumed, and does not plan again', async () => {
    const server = await world.model([
      planner(),
      builder(1, { delayMs: 3000 }, { applyPatch: oneChange }, say),
      reviewer(),
    ]);
    const call = world.start('run', 'do it');
    await call.until(/planner/);
    call.signal('SIGINT');
    expect((await call.said).code).toBe(130);
    const resumed = await world.run('resume');
    expect(resumed.code, resumed.err).toBe(3);
    expect(server.report().exchanges.filter(({ scene }) => scene === 'planner')).toHaveLength(1);
  });

  it('by Ctrl-C before Codex has answered can be resumed', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    const [slow, begun] = [path.join(world.root, 'slow-codex'), path.join(world.root, 'begun')];
    const script = `[ -e '${begun}' ] || { : > '${begun}'; sleep 5; }\nexec '${codexPaths['0.169.0']}' "$@"`;
    await writeFile(slow, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const call = world.start('run', 'do it', '--codex', slow);
    await vi.waitUntil(() => existsSync(begun), { timeout: 60_000 });
    call.signal('SIGINT');
    const stopped = await call.said;
    expect(stopped.code, stopped.err).toBe(130);
    const resumed = await world.run('resume');
    expect(resumed.code, resumed.err).toBe(3);
  });

  it('while it waits is promoted by an approval that needs no model', async () => {
    const server = await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await world.run('run', 'do it');
    await server.close();
    await world.configure({ codex: { path: '/nowhere/codex' } });
    const approved = await world.run('approve', 'latest');
    expect(approved.code, approved.err).toBe(0);
    expect(await world.manifest()).toMatchObject({ state: 'done' });
  });

  it('while it waits for approval ends cancelled', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await world.run('run', 'do it');
    expect((await world.run('cancel', 'latest')).code).toBe(0);
    expect(await world.manifest()).toMatchObject({ state: 'cancelled' });
    expect((await world.run('approve', 'latest', '--json')).json()).toMatchObject({
      error: { code: 'run-state' } satisfies Partial<OrchError>,
    });
  });
});
