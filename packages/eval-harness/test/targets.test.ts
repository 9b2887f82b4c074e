import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  acceptedBaselineSchema,
  checkDrift,
  evaluationSchema,
  hashTree,
  loadScenario,
  loadTargets,
  type PlacedTarget,
  type Release,
  readBaseline,
  scenarioSchema,
  selectTargets,
  type Target,
  targetsFileSchema,
} from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const file = path.join(import.meta.dirname, '../../../evaluation/targets.json');

it('our own list has at least eight targets, CommonJS, ESM, TypeScript and CRLF among them', async () => {
  const targets = await loadTargets(file);
  expect(targets.length).toBeGreaterThanOrEqual(8);
  const traits = new Set(targets.flatMap(({ target }) => target.traits));
  expect([...traits]).toEqual(expect.arrayContaining(['commonjs', 'esm', 'typescript', 'crlf']));
});

it('every target of ours has the configuration that is pinned, with the hash of every package that is installed', async () => {
  for (const { target, configDir } of await loadTargets(file)) {
    expect([target.name, await hashTree(configDir)]).toEqual([target.name, target.config]);
    const lock = z
      .object({ packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })) })
      .parse(JSON.parse(await readFile(path.join(configDir, 'package-lock.json'), 'utf8')));
    const unhashed = Object.entries(lock.packages).filter(([name, { integrity }]) => name !== '' && !integrity);
    expect(unhashed.map(([name]) => `${target.name}: ${name}`)).toEqual([]);
  }
});

it('targets are chosen by name or for speed, and an unknown name is told with the known ones', async () => {
  const targets = await loadTargets(file);
  const names = (chosen: readonly { readonly target: Target }[]): string[] => chosen.map(({ target }) => target.name);
  expect(names(selectTargets(targets, { names: ['hawk', 'zod'] }))).toEqual(['zod', 'hawk']);
  expect(names(selectTargets(targets, { quick: true }))).toHaveLength(4);
  expect(() => selectTargets(targets, { names: ['hawk', 'hauk'] })).toThrow('There is no target "hauk".');
});

it('says what is wrong with a list, and where', async () => {
  const folder = await temporaryFolder();
  const list = path.join(folder, 'targets.json');
  const { targets } = targetsFileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const [first] = targets;
  const attempt = async (data: unknown): Promise<unknown> => {
    await writeFile(list, JSON.stringify(data));
    return loadTargets(list).catch((error: unknown) => error);
  };
  expect(
    await attempt({ schemaVersion: 1, targets: [{ ...first, origin: { ...first?.origin, integrity: 'sha1-x' } }] }),
  ).toMatchObject({
    code: 'eval-targets-invalid',
    message: /targets\[0\]\.origin\.integrity/,
  });
  expect(await attempt({ schemaVersion: 1, targets: [first, first] })).toMatchObject({ message: /twice/ });
  expect(
    await attempt({ schemaVersion: 1, targets: [{ ...first, sources: { include: ['../..'], extensions: ['.js'] } }] }),
  ).toMatchObject({ message: /without "\.\."/ });
});

it('our own scenarios can be read, and what is none is told', async () => {
  const folder = path.join(path.dirname(file), 'scenarios');
  const scenarios = await Promise.all((await readdir(folder)).map((name) => loadScenario(path.join(folder, name))));
  expect(
    scenarios.map(({ parts: { targets, thresholds }, problems }) => [targets, thresholds?.newlyFailing, problems]),
  ).toEqual([
    ['all', 0, []],
    ['quick', 0, []],
  ]);
  expect((await loadScenario(file)).problems).not.toEqual([]);
  await expect(loadScenario(folder)).rejects.toMatchObject({ code: 'eval-scenario-invalid' });
});

it('what is accepted of our own scenarios can be read, and is about targets of the list', async () => {
  const folder = path.join(path.dirname(file), 'baselines');
  const targets = await loadTargets(file);
  const namesOf = (quick: boolean): string[] => selectTargets(targets, { quick }).map(({ target }) => target.name);
  for (const name of await readdir(folder)) {
    const accepted = await readBaseline(path.join(folder, name));
    expect(`${accepted?.scenario}.json`).toBe(name);
    expect(Object.keys(accepted?.targets ?? {}).sort()).toEqual(namesOf(accepted?.scenario === 'quick').sort());
    for (const { on } of Object.values(accepted?.assets ?? {})) expect(Object.keys(on)).not.toEqual([]);
  }
});

const day = 24 * 3600 * 1000;

it('reports what no longer fits about a target, and nothing for one that fits', async () => {
  const placed = (await loadTargets(file))[0] as PlacedTarget;
  const { name, version, refreshedAt, refreshDays, config } = placed.target;
  const fresh = Date.parse(refreshedAt);
  expect(await checkDrift([placed], { now: fresh, newestRelease: async () => ({ version }) })).toEqual([]);
  const late = fresh + (refreshDays + 3) * day;
  const counts = { passed: 1, failed: 2, skipped: 3 };
  const newestRelease = async (): Promise<Release> => ({ version: '99.0.0' });
  const baselines = [{ target: name, counts, asPinned: false }];
  expect(await checkDrift([placed], { now: late, newestRelease, baselines })).toMatchObject([
    { kind: 'refresh-overdue', sinceDays: 3 },
    { kind: 'baseline-changed', found: '1/2/3' },
    { kind: 'newer-release', pinned: version, latest: '99.0.0' },
  ]);
  const other = await checkDrift([{ ...placed, configDir: await temporaryFolder() }], {
    now: fresh,
    newestRelease: () => Promise.reject(new Error('404')),
    unusable: [{ target: name, message: 'Its tests hang.' }],
  });
  expect(other).toMatchObject([
    { kind: 'config-changed', pinned: config },
    { kind: 'unusable', message: 'Its tests hang.' },
    { kind: 'release-unknown', message: '404' },
  ]);
});

it.each([
  ['targets', targetsFileSchema],
  ['scenario', scenarioSchema],
  ['evaluation', evaluationSchema],
  ['baseline', acceptedBaselineSchema],
])('schemas/%s.json is what the program checks (after a change: npm run generate)', async (name, schema) => {
  const published = { title: `codex-orch ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.json`);
});
