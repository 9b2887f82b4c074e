import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkDrift,
  evaluationSchema,
  hashTree,
  loadScenario,
  loadTargets,
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
  expect(await attempt({ schemaVersion: 1, targets: [{ ...first, integrity: 'sha1-x' }] })).toMatchObject({
    code: 'eval-targets-invalid',
    message: /targets\[0\]\.integrity/,
  });
  expect(await attempt({ schemaVersion: 1, targets: [first, first] })).toMatchObject({ message: /twice/ });
  expect(
    await attempt({ schemaVersion: 1, targets: [{ ...first, sources: { include: ['../..'], extensions: ['.js'] } }] }),
  ).toMatchObject({ message: /without "\.\."/ });
});

it('our own scenarios can be read, and what is none is told', async () => {
  const folder = path.join(path.dirname(file), 'scenarios');
  const scenarios = await Promise.all((await readdir(folder)).map((name) => loadScenario(path.join(folder, name))));
  expect(scenarios.map(({ targets, thresholds }) => [targets, thresholds.newlyFailing])).toEqual([
    ['all', 0],
    ['quick', 0],
  ]);
  await expect(loadScenario(file)).rejects.toMatchObject({ code: 'eval-scenario-invalid' });
});

const day = 24 * 3600 * 1000;

it('reports an overdue refresh, a newer release and a changed baseline, and nothing for a target that fits', async () => {
  const pinned = (await loadTargets(file)).map(({ target }) => target)[0] as Target;
  const fresh = Date.parse(pinned.refreshedAt);
  expect(await checkDrift([pinned], { now: fresh, latestVersion: async () => pinned.version })).toEqual([]);
  const late = fresh + (pinned.refreshDays + 3) * day;
  const baseline = {
    ...{ target: pinned.name, version: pinned.version, licence: pinned.licence, traits: pinned.traits, runs: 3 },
    ...{ counts: { passed: 1, failed: 2, skipped: 3 }, asPinned: false, quarantined: [], litter: [], crashes: [] },
    ...{ durationMs: 1, preparationMs: 1 },
  };
  const latestVersion = async (): Promise<string> => '99.0.0';
  expect(await checkDrift([pinned], { now: late, latestVersion, baselines: [baseline] })).toMatchObject([
    { kind: 'refresh-overdue', sinceDays: 3 },
    { kind: 'baseline-changed', found: '1/2/3' },
    { kind: 'newer-release', pinned: pinned.version, latest: '99.0.0' },
  ]);
  const gone = checkDrift([pinned], { now: fresh, latestVersion: () => Promise.reject(new Error('404')) });
  expect(await gone).toMatchObject([{ kind: 'release-unknown', message: '404' }]);
});

it.each([
  ['targets', targetsFileSchema],
  ['scenario', scenarioSchema],
  ['evaluation', evaluationSchema],
])(
  'schemas/%s.json is what the program checks (after a change: npx vitest run --project eval-harness targets --update)',
  async (name, schema) => {
    const published = { title: `codex-orch ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) };
    await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.json`);
  },
);
