import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { leastGoalScenario } from './errors.js';
import { loadGoalScenario } from './load-goal-scenario.js';

async function load(change: object): Promise<unknown> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'hidden'));
  await writeFile(path.join(folder, 'hidden/test.js'), '');
  const file = path.join(folder, 'scenario.json');
  await writeFile(file, JSON.stringify({ ...(JSON.parse(leastGoalScenario) as object), ...change }));
  return loadGoalScenario(file, { targets: ['cborg', 'qs'] });
}

it('takes what the message about one that is wrong shows', async () => {
  await expect(load({})).resolves.toMatchObject({ scenario: { target: 'cborg' } });
});

it('tells all that is wrong with one at once: its form, its target, its files', async () => {
  const error = (await load({
    target: 'cborgg',
    repetitions: 0,
    variants: [{ name: 'one', cassette: 'none.jsonl' }],
  }).catch((reason: unknown) => reason)) as Error;
  const told = [...error.message.matchAll(/scenario\.json:1:\d+: "([\w.[\]]+)"/g)].map(([, place]) => place);
  expect(told).toEqual(['target', 'variants[0].cassette', 'repetitions']);
  expect(error.message).toContain('Did you mean "cborg"?');
});

it('counts a folder of hidden tests that cannot be listed among what is wrong', async () => {
  const { hidden } = JSON.parse(leastGoalScenario) as { readonly hidden: object };
  const error = (await load({ hidden: { ...hidden, files: 'scenario.json' }, repetitions: 0 }).catch(
    (reason: unknown) => reason,
  )) as Error;
  expect(error).toMatchObject({ code: 'eval-goal-scenario-invalid' });
  expect(error.message).toMatch(/"hidden\.files": .*scenario\.json cannot be read: .*\n.*"repetitions"/);
});
