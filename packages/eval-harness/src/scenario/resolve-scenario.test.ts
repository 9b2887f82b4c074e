import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlacedTarget } from '../target/load-targets.js';
import { loadScenario } from './load-scenario.js';
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

async function resolved(change: object) {
  const folder = await mkdtemp(path.join(tmpdir(), 'scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'mine.json');
  const whole = { schemaVersion: 1, title: 'Mine', targets: 'all', assets: { kinds: ['codemod'] }, ...change };
  await writeFile(file, JSON.stringify(whole));
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

  it('gives an asset its options, with the defaults of the asset', async () => {
    const { options } = await resolved({ options: { 'rename-old': { to: 'fresh' } } });
    expect([...options]).toEqual([['rename-old', { to: 'fresh', deep: true }]]);
  });

  it.each([
    [{ targets: ['hauk'] }, '"targets" names "hauk", and there is no such target. Did you mean "hawk"?'],
    [{ targets: 'quik' }, '"targets": must be "all", "quick" or a list of names'],
    [{ assets: { ids: ['rename-odl'] } }, 'the index has no such asset. Did you mean "rename-old"?'],
    [{ assets: { kinds: ['codemod'], ids: ['spec'] } }, '"assets": has either "kinds" or "ids"'],
    [{ assets: { kind: ['codemod'] } }, '"assets": there is no field "kind". Did you mean "kinds"?'],
    [{ threshold: {} }, 'there is no field "threshold". Did you mean "thresholds"?'],
    [{ thresholds: { newlyFailling: 1 } }, 'Did you mean "newlyFailing"?'],
    [{ options: { 'no-shell': {} } }, '"options" has "no-shell", which is none of its assets. Known are rename-old.'],
    [{ options: { 'rename-old': { too: 'x' } } }, 'there is no option "too". Did you mean "to"?'],
    [{ options: { 'rename-old': { to: '' } } }, '"options" of "rename-old": to:'],
    [{ assets: { ids: ['spec'] }, options: { spec: {} } }, 'a template has none'],
  ])('%j is refused', async (change, words) => {
    const error = await resolved(change).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'eval-scenario-invalid', message: expect.stringContaining(words) as unknown });
    expect(error).toMatchObject({ message: expect.stringContaining('mine.json is no scenario') as unknown });
  });
});
