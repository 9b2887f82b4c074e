import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlacedTarget } from '../target/load-targets.js';
import { leastScenario } from './errors.js';
import { loadScenario, scenarioOf } from './load-scenario.js';
import { resolveScenario, type ScenarioAsset } from './resolve-scenario.js';

const optionsSchema = {
  type: 'object',
  properties: { to: { type: 'string', minLength: 1 }, deep: { type: 'boolean', default: true } },
  additionalProperties: false,
};

const assets: readonly ScenarioAsset[] = [
  { id: 'rename-old', kind: 'codemod', status: 'candidate', optionsSchema },
  { id: 'gone', kind: 'codemod', status: 'retired' },
  { id: 'no-shell', kind: 'rule', status: 'proven' },
  { id: 'spec', kind: 'template', status: 'candidate' },
];

const placed = (name: string, quick: boolean) => ({ target: { name, quick }, configDir: '' }) as PlacedTarget;
const targets = [placed('hawk', true), placed('joi', false)];

async function resolved(change: object | string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'mine.json');
  const whole = { schemaVersion: 1, title: 'Mine', targets: 'all', assets: { kinds: ['codemod'] } };
  await writeFile(file, typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change }));
  return resolveScenario(file, await loadScenario(file), { targets, assets });
}

describe('a scenario', () => {
  it.each([
    [{}, ['hawk', 'joi'], ['rename-old']],
    [{ targets: 'quick', assets: { kinds: ['rule', 'template'] } }, ['hawk'], ['no-shell', 'spec']],
    [{ targets: ['joi'], assets: { ids: ['spec', 'gone', 'spec'] } }, ['joi'], ['spec', 'gone']],
  ])('%j names %j and %j', async (change, names, ids) => {
    const found = await resolved(change);
    expect(found.targets.map(({ target }) => target.name)).toEqual(names);
    expect(found.assets.map(({ id }) => id)).toEqual(ids);
  });

  it('is told all that is wrong with it at once, its form and what it names, in the order of its places', async () => {
    const change = { title: '', targets: ['hawj'], assets: { ids: ['rename-odl'] }, thresholds: { kept: 1 } };
    const error = (await resolved(change).catch((reason: unknown) => reason)) as Error;
    const told = [...error.message.matchAll(/mine\.json:1:(\d+): "([\w.[\]]+)"/g)].map(([, , place]) => place);
    expect(told).toEqual(['title', 'targets[0]', 'assets.ids[0]', 'thresholds']);
    expect(error.message).toContain('Did you mean "hawk"?');
  });

  it('is shown, where one is wrong, as one that is right', () => {
    expect(scenarioOf(leastScenario).problems).toEqual([]);
  });

  it('gives an asset its options, with the defaults of the asset', async () => {
    const { options } = await resolved({ options: { 'rename-old': { to: 'fresh' } } });
    expect([...options]).toEqual([['rename-old', { to: 'fresh', deep: true }]]);
  });

  it.each([
    [{ targets: ['hauk'] }, '"targets[0]": there is no target "hauk". Did you mean "hawk"?'],
    [{ targets: 'quik' }, '"targets": must be "all", "quick" or a list of names'],
    [
      { assets: { ids: ['rename-odl'] } },
      '"assets.ids[0]": the index has no asset "rename-odl". Did you mean "rename-old"?',
    ],
    [{ assets: { kinds: ['codemod'], ids: ['spec'] } }, '"assets": has either "kinds" or "ids"'],
    [{ assets: { kind: ['codemod'] } }, '"assets": there is no field "kind". Did you mean "kinds"?'],
    [{ threshold: {} }, 'there is no field "threshold". Did you mean "thresholds"?'],
    [{ thresholds: { newlyFailling: 1 } }, 'Did you mean "newlyFailing"?'],
    [{ options: { 'no-shell': {} } }, '"options": "no-shell" is none of its assets. Known are rename-old.'],
    [{ options: { 'rename-old': { too: 'x' } } }, 'there is no option "too". Did you mean "to"?'],
    [{ options: { 'rename-old': { to: '' } } }, '"options.rename-old.to": must not be empty'],
    [{ assets: { ids: ['spec'] }, options: { spec: {} } }, 'a template has none'],
  ])('%j is refused', async (change, words) => {
    const error = await resolved(change).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'eval-scenario-invalid', message: expect.stringContaining(words) as unknown });
    expect(error).toMatchObject({ message: expect.stringContaining('mine.json:1:') as unknown });
  });

  it.each([
    [
      `{
  "schemaVersion": 1,
  "title": "",
  "targets": ["hawk"],
  "assets": { "kinds": ["codemod"] },
  "thresholds": { "newlyFailing": "0" },
  "option": {}
}`,
      [
        '3:12: "title": must not be empty',
        '6:35: "thresholds.newlyFailing": must be a',
        '7:3: there is no field "option"',
      ],
    ],
    [
      `{
  "schemaVersion": 1,
  "title": "Mine",
  "targets": ["hawk", "hauk", "jio"],
  "assets": { "ids": ["rename-old", "no-shel"] },
  "options": {
    "rename-old": { "too": 1 },
    "rename-odl": {}
  }
}`,
      [
        '4:23: "targets[1]": there is no target "hauk"',
        '4:31: "targets[2]": there is no target "jio"',
        '5:37: "assets.ids[1]": the index has no asset "no-shel"',
        '7:21: "options.rename-old": there is no option "too"',
        '8:5: "options": "rename-odl" is none of its assets',
      ],
    ],
    ['{\n  "title": "Mine"\n  "targets": "all"\n}', ['3:3: it is no JSON: a comma is missing before this']],
  ])('of %j all that is wrong is told at once, each with its place', async (text, expected) => {
    const error: unknown = await resolved(text).catch((thrown: unknown) => thrown);
    const [, ...lines] = (error as Error).message.split('\n');
    expect(lines).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(lines[index]).toContain(`mine.json:${words}`);
    expect((error as Error).message).not.toMatch(/invalid|expected|✖/i);
  });
});
