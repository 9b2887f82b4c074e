import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createTeam, type RoleModelOptions } from '../src/index.js';
import type { CodexDriver } from '@codex-orch/core';
import { expect, test } from 'vitest';
import { appServer, codexAt, mcpServer } from './codex-world.js';
import { approval, briefing, passing, plan, request, scripted, teamOptions } from './world.js';

const through = (driver: CodexDriver): RoleModelOptions => ({
  kind: 'codex',
  driver,
  retry: { attempts: 2, firstDelayMs: 1 },
});

const manager = {
  scene: 'route',
  when: { input: 'You are the manager.*# Possible handoffs\n- builder.*- reviewer' },
  steps: [{ json: { handoff: 'reviewer', reason: 'It is built.' } }],
};
const reviewer = { scene: 'review', when: { input: 'You are the reviewer.*\\+hello' }, steps: [{ json: approval }] };

test('with a Codex login alone the manager chooses and the reviewer reviews', async () => {
  const model = await scripted(manager, reviewer);
  const world = await codexAt(model.baseUrl);
  const asked = request(['builder', 'reviewer'], { briefing: briefing({ cwd: world.cwd, tests: passing }) });

  const outcome = await createTeam(teamOptions(through(appServer(world)))).handOff(asked);

  expect(outcome).toEqual({ role: 'reviewer', review: approval, chosenBy: 'manager', reason: 'It is built.' });
  expect(asked.spent.map(({ role, usage }) => [role, usage.totalTokens > 0])).toEqual([
    ['manager', true],
    ['reviewer', true],
  ]);
});

test('a Codex that knows no output schema answers in a code block', async () => {
  const model = await scripted({
    scene: 'plan',
    when: { input: 'You are the planner' },
    steps: [{ say: `The plan:\n\`\`\`json\n${JSON.stringify(plan)}\n\`\`\`` }],
  });
  const old = path.dirname(createRequire(import.meta.url).resolve('codex-mcp/package.json'));
  const world = await codexAt(model.baseUrl, path.join(old, 'vendor/x86_64-unknown-linux-musl/bin/codex'));
  const driver = mcpServer(world);

  const outcome = await createTeam(teamOptions(through(driver))).handOff(
    request(['planner'], { briefing: briefing({ cwd: world.cwd }) }),
  );

  expect(driver.capabilities.outputSchema).toBe(false);
  expect(outcome).toMatchObject({ role: 'planner', plan });
});

test('the threads of the roles cannot write, and nobody is asked to let them', async () => {
  const model = await scripted({ scene: 'plan', steps: [{ shell: 'echo broken > kept.txt' }, { json: plan }] });
  const world = await codexAt(model.baseUrl);
  await writeFile(path.join(world.cwd, 'kept.txt'), 'kept');

  await createTeam(teamOptions(through(appServer(world)))).handOff(
    request(['planner'], { briefing: briefing({ cwd: world.cwd }) }),
  );

  expect(await readFile(path.join(world.cwd, 'kept.txt'), 'utf8')).toBe('kept');
});

test.each([
  [401, 'model-unauthorized', 1],
  [429, 'model-rate-limited', 2],
])('HTTP %i of the model behind Codex becomes %s', async (status, code, exchanges) => {
  const model = await scripted({ scene: 'down', steps: [{ fail: { status, message: 'no' } }] });
  const world = await codexAt(model.baseUrl);

  const handOff = createTeam(teamOptions(through(appServer(world)))).handOff(
    request(['planner'], { briefing: briefing({ cwd: world.cwd }) }),
  );

  await expect(handOff).rejects.toMatchObject({ code });
  expect(model.report().exchanges).toHaveLength(exchanges);
});

test('a Codex that stalls ends at the time limit', async () => {
  const model = await scripted({ scene: 'stall', steps: [{ stall: true }] });
  const world = await codexAt(model.baseUrl);
  const source: RoleModelOptions = { kind: 'codex', driver: appServer(world), timeoutMs: 3000, retry: { attempts: 1 } };

  await expect(
    createTeam(teamOptions(source)).handOff(request(['planner'], { briefing: briefing({ cwd: world.cwd }) })),
  ).rejects.toMatchObject({ code: 'model-timeout' });
});
