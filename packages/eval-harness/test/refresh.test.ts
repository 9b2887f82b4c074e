import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  checkDrift,
  keepProposal,
  loadTargets,
  pinTarget,
  npmSource,
  type Proposal,
  readProposal,
  type Refresh,
  type RefreshOptions,
  refreshTargets,
  findRelease,
  tryTarget,
  writeProposal,
} from '../src/index.js';
import { proposalOf } from '../src/refresh/proposal.js';
import { type Registry, startRegistry } from './registry.js';
import { testSandbox } from './sandbox.js';
import { temporaryFolder } from './temporary-folder.js';

const now = Date.parse('2026-11-20');

const library = (version: string, sign = 'n > 0', more: Readonly<Record<string, string>> = {}) => ({
  'package.json': JSON.stringify({ name: 'small', version, main: 'lib/index.js' }),
  'lib/index.js': `exports.isZero = (n) => n === 0;\nexports.sign = (n) => (n === 0 ? 0 : ${sign} ? 1 : -1);\n`,
  'test/index.js': `const { is } = require('points');
const { isZero, sign } = require('..');
is('zero is zero', isZero(0));
is('the sign of two', sign(2) === 1);
`,
  ...more,
});

const points = (version: string) => ({
  'package.json': JSON.stringify({ name: 'points', version }),
  'index.js': "exports.is = (name, holds) => console.log(`${holds ? 'ok' : 'not ok'} - ${name}`);\n",
});

let base: string;
let registry: Registry;
let cacheDir: string;

/** A list with one target of version 1.0.0, whose test needs another package, as it was refreshed some time ago. */
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'codex-orch-test-'));
  cacheDir = path.join(base, 'cache');
  registry = await startRegistry(base);
  const { env } = registry;
  await registry.publish(points('1.0.0'));
  await registry.publish(library('1.0.0'));
  const configDir = path.join(base, 'evaluation/targets/small');
  const file = path.join(base, 'evaluation/targets.json');
  await mkdir(configDir, { recursive: true });
  const manifest = { description: 'What the tests of small@1.0.0 need.', dependencies: { points: '^1.0.0' } };
  await writeFile(path.join(configDir, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(path.join(configDir, 'package-lock.json'), '{ "packages": {} }');
  const target = await pinTarget(
    {
      ...{ name: 'small', version: '1.0.0', origin: { kind: 'npm', package: 'small' } },
      ...{ licence: 'MIT', traits: ['commonjs'], quick: false, timeoutSeconds: 60, refreshDays: 90 },
      ...{ sources: { include: ['lib'], exclude: [], extensions: ['.js'] }, setup: [] },
      ...{ tests: [{ command: ['node', 'test/index.js'], reporter: { kind: 'tap' } }] },
      ...{ baseline: { passed: 2, failed: 0, skipped: 0 } },
    },
    { source: npmSource(env), configDir, now: Date.parse('2026-06-01') },
  );
  await writeFile(file, `${JSON.stringify({ schemaVersion: 1, targets: [target] }, undefined, 2)}\n`);
  const first = await refreshTargets({ ...trialOptions(), file, wanted: '1.0.0', now: Date.parse('2026-06-02') });
  await writeProposal(path.dirname(file), first.proposal as Proposal);
}, 60_000);

afterAll(async () => {
  await registry.stop();
  await rm(base, { recursive: true, force: true });
});

const trialOptions = () => ({ env: registry.env, sandbox: testSandbox(), cacheDir });

interface World {
  readonly folder: string;
  readonly file: string;
  refresh(more?: Partial<RefreshOptions>): Promise<Refresh>;
  read(name: string): Promise<string>;
}

/** A copy of the list. */
async function pinned(): Promise<World> {
  const folder = await temporaryFolder();
  await cp(path.join(base, 'evaluation'), folder, { recursive: true });
  const file = path.join(folder, 'targets.json');
  return {
    ...{ folder, file },
    refresh: (more = {}) => refreshTargets({ ...trialOptions(), file, now, ...more }),
    read: (name) => readFile(path.join(folder, name), 'utf8'),
  };
}

/** Has versions in the registry for as long as the test takes. */
async function publish(...versions: readonly Readonly<Record<string, string>>[]): Promise<void> {
  for (const files of versions) {
    await registry.publish(files);
    const { name } = JSON.parse(files['package.json'] ?? '') as { name: string };
    onTestFinished(() => registry.withdraw(name));
  }
}

describe.runIf(process.platform === 'linux')('a refresh of targets', () => {
  it('proposes the newest version, its hashes, counts and lockfile, and writes nothing before it is approved', async () => {
    const { folder, file, refresh, read } = await pinned();
    await publish(
      points('1.2.0'),
      library('1.1.0', 'n > 0', {
        'test/index.js': `${library('')['test/index.js']}is('minus two', sign(-2) === -1);\n`,
      }),
    );
    const names = ['targets.json', 'targets/small/package.json', 'targets/small/package-lock.json'];
    const before = await Promise.all(names.map(read));
    const { targets, proposal } = await refresh();
    expect(await Promise.all(names.map(read))).toEqual(before);
    expect(targets).toMatchObject([
      {
        ...{ target: 'small', outcome: 'changed', from: '1.0.0', to: '1.1.0', reasons: [] },
        packages: [{ package: 'points', before: '1.0.0', after: '1.2.0' }],
      },
    ]);
    expect(targets[0]?.changes.map(({ field, before: was, after }) => [field, was, after])).toEqual([
      ['version', '1.0.0', '1.1.0'],
      ['origin.integrity', expect.stringMatching(/^sha512-/), expect.stringMatching(/^sha512-/)],
      ['tree', expect.stringMatching(/^sha256-/), expect.stringMatching(/^sha256-/)],
      ['config', expect.stringMatching(/^sha256-/), expect.stringMatching(/^sha256-/)],
      ['baseline.passed', 2, 3],
      ['refreshedAt', '2026-06-02', '2026-11-20'],
    ]);

    const kept = path.join(folder, 'kept');
    await keepProposal(kept, proposal as Proposal);
    await writeProposal(path.dirname(file), await readProposal(kept, proposal?.id ?? ''));
    expect(await read('targets/small/package.json')).toContain('What the tests of small@1.1.0 need.');
    const [placed] = await loadTargets(file);
    const trial = await tryTarget(placed!, trialOptions());
    expect(trial).toMatchObject({ problems: [], baseline: { asPinned: true, counts: { passed: 3 } } });
    const newestRelease = (target: Parameters<typeof findRelease>[0]) => findRelease(target, { env: registry.env });
    expect(await checkDrift([placed!], { now, newestRelease, baselines: [trial.baseline!] })).toEqual([]);
  });

  it('leaves a target as it was whose new version does not pass its own tests, and names the test', async () => {
    const { file, refresh } = await pinned();
    await publish(library('2.0.0', 'n > 9'));
    const before = await readFile(file, 'utf8');
    const { targets, proposal } = await refresh();
    expect(proposal).toBeUndefined();
    expect(targets).toMatchObject([
      {
        ...{ outcome: 'failed', from: '1.0.0', to: '2.0.0', changes: [] },
        reasons: ['1 test of its own fail, 0 are expected to: "the sign of two"'],
      },
    ]);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('does not take a version whose tests do not notice the control', async () => {
    const { refresh } = await pinned();
    await publish(library('2.0.0', 'n > 0', { 'test/index.js': "require('points').is('it is there', true);\n" }));
    const { targets, proposal } = await refresh();
    expect(targets).toMatchObject([
      { outcome: 'failed', reasons: [expect.stringContaining('did not notice') as string] },
    ]);
    expect(proposal).toBeUndefined();
  });

  it('goes to the highest version that the target follows, whatever is newer', async () => {
    const { file, refresh } = await pinned();
    await writeFile(file, (await readFile(file, 'utf8')).replace('"kind": "npm"', '"kind": "npm", "follow": "1.x"'));
    await publish(library('1.10.0'), library('1.9.0'), library('1.11.0-rc.1'), library('2.0.0'));
    const { targets, files } = await refresh();
    expect(targets).toMatchObject([{ outcome: 'changed', to: '1.10.0' }]);
    expect(files.at(-1)?.after).toContain('"follow": "1.x"');
  });

  it('tells of a version that does not exist, or is more than one', async () => {
    const { refresh } = await pinned();
    await publish(library('1.1.0'));
    for (const wanted of ['7.7.7', '^1.0.0'])
      expect((await refresh({ wanted })).targets).toMatchObject([
        { outcome: 'failed', reasons: [expect.stringMatching(/^eval-target-fetch-failed: small cannot be fetched/)] },
      ]);
  });

  it('is not written over what somebody else wrote meanwhile, nor when it was tampered with', async () => {
    const { folder, file } = await pinned();
    const before = await readFile(file, 'utf8');
    const after = before.replace('2026-06-02', '2026-11-20');
    const proposal = proposalOf([{ path: 'targets.json', before, after }]) as Proposal;
    const kept = path.join(folder, 'kept');
    await keepProposal(kept, proposal);
    expect(await readProposal(kept, proposal.id)).toEqual(proposal);
    const place = path.join(kept, `${proposal.id}.json`);
    await writeFile(place, (await readFile(place, 'utf8')).replace('2026-11-20', '2036-11-20'));
    await expect(readProposal(kept, proposal.id)).rejects.toMatchObject({ code: 'eval-refresh-unknown' });
    await expect(readProposal(kept, '../kept')).rejects.toMatchObject({ code: 'eval-refresh-unknown' });
    const edited = `${before}\n`;
    await writeFile(file, edited);
    await expect(writeProposal(folder, proposal)).rejects.toMatchObject({ code: 'eval-refresh-outdated' });
    expect(await readFile(file, 'utf8')).toBe(edited);
  });
});
