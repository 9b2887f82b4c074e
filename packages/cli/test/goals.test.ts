import type { GoalsPlan } from '@codex-orch/core/goals';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make({
    'src/search.js': 'export const search = 1;\n',
    'goals.yaml': `schemaVersion: 1
goals:
  - id: search
    goal: Find orders by name
    paths: [src/**]
  - id: export
    goal: Export what was found
    task: '0007'
    depends_on: [search]
  - id: typo
    goal: Mend the search's name
    environment: acme/shop
    paths: [src/search.js, 'notes/new/**']
    budget: { minutes: 5 }
  - id: notes
    goal: Write notes
    paths: ['notes/**']
`,
    'tasks/index.json': JSON.stringify({
      schemaVersion: 1,
      items: [{ id: '0007', slug: 'export', title: 'Export', status: 'planned', execution: { requires_cloud: true } }],
    }),
  });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

it('plans a file of goals: order, lanes, where and why, overlaps; and starts nothing', async () => {
  const said = await world.run('goals', 'plan', 'goals.yaml');
  expect(said.code, said.err).toBe(0);
  expect(said.out).toMatch(/^ {2}1 {2}search +lane 1 +Find orders by name$/m);
  expect(said.out).toMatch(/^ {2}2 {2}typo +lane 2 /m);
  expect(said.out).toMatch(
    /^ {2}4 {2}export +cloud +Export what was found\n +cloud: task 0007 requires it · environment .* · after search · at most 180 min for a task/m,
  );
  expect(said.out).toContain('overlap search and typo: src/search.js');
  expect(said.out).toContain('overlap typo and notes: notes/new/**, where no file is yet');
  expect(said.out).toMatch(/^warning "typo" is worked on here, .* environment "acme\/shop" without `mode: cloud`$/m);
  expect(said.out).toContain('Nothing was started.');
  // One of them is worked on in the cloud, which wants the plan approved.
  expect(said.out).toMatch(
    /\nNext\n {2}codex-orch goals approve goals\.yaml .*\n {2}codex-orch goals run goals\.yaml .*\n$/,
  );
  expect(world.git('status', '--porcelain')).toBe('');
  const plan = (await world.run('goals', 'plan', 'goals.yaml', '--json')).json() as GoalsPlan;
  expect(said.out).toContain(`Plan ${plan.sha256}`);
});

it.each([
  ['goals: [', '[goals-file-invalid]', 'goals.yaml:1:'],
  [
    'schemaVersion: 1\ngoals:\n  - id: a\n    goal: x\n    dependson: [b]\n',
    '[goals-file-invalid]',
    'goals.yaml:5:5: goal "a": there is no field "dependson". Did you mean "depends_on"?',
  ],
  [
    'schemaVersion: 1\ngoals: [{id: a, goal: x, depends_on: [b]}, {id: b, goal: x, depends_on: [a]}]',
    '[goals-file-invalid]',
    'goals wait for each other: a -> b -> a',
  ],
  ['schemaVersion: 1\ngoals: [{id: a, goal: x}, {id: a, goal: y}]', '[goals-file-invalid]', 'goals.yaml:2:'],
  ['schemaVersion: 1\ngoals: [{id: a, goal: x, task: "0009"}]', '[entry-unknown]', '0009'],
])('%j is refused', async (text, code, words) => {
  await world.write({ 'goals.yaml': text });
  const said = await world.run('goals', 'plan', 'goals.yaml');
  expect(said.code).toBe(1);
  expect(said.err).toContain(code);
  expect(said.err).toContain(words);
});

it('a file that is not there, and lanes that cannot be, are refused', async () => {
  for (const [name, why] of [
    ['nowhere.yaml', 'there is no such file'],
    ['src', 'it is a folder'],
    ['latin.yaml', 'it is no text in UTF-8'],
  ] as const) {
    await writeFile(path.join(world.repo, 'latin.yaml'), Buffer.from('goal: caf\u00e9', 'latin1'));
    const said = await world.run('goals', 'plan', name);
    expect(said.err).toContain(`${name} cannot be read: ${why}`);
    expect(said.err).toContain('[unreadable-file]');
  }
  expect((await world.run('goals', 'plan', 'goals.yaml', '--concurrency', '0')).err).toContain('[bad-flags]');
});

it('the file that the README shows is one', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  await world.write({ 'shown.yaml': /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '' });
  const said = await world.run('goals', 'plan', 'shown.yaml');
  expect(said.code, said.err).toBe(0);
  expect(said.out).toContain('3 goals');
});
