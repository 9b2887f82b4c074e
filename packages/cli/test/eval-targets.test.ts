import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codexPaths, type Said, World } from './world.js';

let world: World;
let origin: string;

const list = 'evaluation/targets.json';

/** A repository whose one target is a commit of another repository on this machine, which has made two releases since. */
beforeEach(async () => {
  world = await World.make({ '.gitignore': '.runs\n' });
  await world.configure({ codex: { path: codexPaths['0.169.0'] } });
  origin = path.join(world.root, 'origin');
  await mkdir(origin);
  git('init', '--quiet', '--initial-branch=main');
  const first = await release('v1.0.0', 'n > 0');
  const needs = { name: 'needs-of-small', version: '1.0.0' };
  await world.write({
    'evaluation/targets/small/package.json': JSON.stringify(needs),
    'evaluation/targets/small/package-lock.json': JSON.stringify({
      ...needs,
      ...{ lockfileVersion: 3, requires: true, packages: { '': needs } },
    }),
    // Nobody has hashed anything yet.
    [list]: `${JSON.stringify({ schemaVersion: 1, targets: [pinOf(first)] }, undefined, 2)}\n`,
  });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const pinOf = (commit: string) => ({
  ...{ name: 'small', version: 'v1.0.0', origin: { kind: 'git', url: pathToFileURL(origin).href, commit } },
  ...{ tree: `sha256-${'0'.repeat(64)}`, config: `sha256-${'0'.repeat(64)}`, licence: 'MIT', traits: ['commonjs'] },
  sources: { include: ['index.js'], extensions: ['.js'] },
  tests: [{ command: ['node', 'test.js'], reporter: { kind: 'tap' } }],
  ...{ baseline: { passed: 0, failed: 0, skipped: 0 }, refreshedAt: '2020-01-01', refreshDays: 90 },
});

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: origin, env: world.env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function release(tag: string, isPositive: string): Promise<string> {
  const tests = "const sign = require('.');\nconsole.log(`${sign(2) === 1 ? 'ok' : 'not ok'} - two\\n1..1`);\n";
  await writeFile(path.join(origin, 'index.js'), `module.exports = (n) => (n === 0 ? 0 : ${isPositive} ? 1 : -1);\n`);
  await writeFile(path.join(origin, 'test.js'), tests);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', tag);
  git('tag', tag);
  return git('rev-parse', 'HEAD');
}

const targets = (...args: string[]): Promise<Said> => world.run('eval', 'targets', ...args);

describe.runIf(process.platform === 'linux')('eval targets', () => {
  it('refresh shows what would change and changes nothing; what is approved is written, and fits', async () => {
    const before = await world.read(list);
    const shown = await targets('refresh', '--to', 'v1.0.0', 'small');
    expect(shown.code, shown.err).toBe(3);
    expect(shown.out).toMatch(/^- +"passed": 0,\n\+ +"passed": 1,$/m);
    expect(shown.out).toContain('1 target: 1 to change, 0 as pinned, 0 failed.');
    expect(await world.read(list)).toBe(before);
    const [, id = ''] = /^Approve: .* --approve (\w+)$/m.exec(shown.out) ?? [];
    const approved = await targets('refresh', '--approve', id);
    expect(approved.out).toMatch(/^Written: .*evaluation\/targets\.json\.$/m);
    expect(approved.code).toBe(0);

    const fits = await targets('check', '--tests', '--releases', '--json');
    expect(fits.json()).toEqual({ fits: true, targets: ['small'], drifts: [] });
    expect(fits.code).toBe(0);
    await release('v1.1.0', 'n >= 1');
    const news = await targets('check', '--releases');
    expect(news.out).toContain('small: v1.1.0 is released, and v1.0.0 pinned');
    expect(news.code).toBe(0);
    const again = await targets('refresh', '--write', '--json');
    expect(again.json()).toMatchObject({
      ...{ written: true, targets: [{ outcome: 'changed', from: 'v1.0.0', to: 'v1.1.0' }] },
      diff: expect.stringContaining('+      "version": "v1.1.0",') as string,
    });
    expect(again.code).toBe(0);
    expect((await targets('refresh')).out).toBe('1 target: 0 to change, 1 as pinned, 0 failed.\n');
  });

  it('refresh leaves a target whose new release breaks its own tests, and says which', async () => {
    expect((await targets('refresh', '--write')).code).toBe(0);
    const before = await world.read(list);
    await release('v2.0.0', 'n > 9');
    const said = await targets('refresh', '--write');
    expect(said.err).toContain('small v1.0.0 → v2.0.0: stays as it was. 1 test of its own fail');
    expect(said.err).toContain('"two"');
    expect(said.code).toBe(1);
    expect(await world.read(list)).toBe(before);
  });

  it('check tells of all that is not as pinned', async () => {
    const said = await targets('check', '--tests', '--json');
    expect(said.json()).toMatchObject({
      fits: false,
      drifts: [
        { kind: 'refresh-overdue' },
        { kind: 'config-changed' },
        { kind: 'unusable', message: expect.stringContaining('eval-target-tampered') as string },
      ],
    });
    expect(said.code).toBe(1);
  });

  it('an interrupted refresh has changed nothing', async () => {
    const before = await world.read(list);
    const call = world.start('eval', 'targets', 'check', '--tests');
    await call.until(/running the tests of/);
    call.signal('SIGINT');
    const said = await call.said;
    expect(said.err).toContain('Interrupted. Nothing was changed.');
    expect(said.code).toBe(130);
    expect(await world.read(list)).toBe(before);
  });
});

it.each([
  [['refresh', '--to', '1.0.0'], 2, '[bad-flags]'],
  [['refresh', '--approve', '0123456789abcdef', '--write'], 2, '[bad-flags]'],
  [['refresh', '--approve', '0123456789abcdef'], 1, '[eval-refresh-unknown]'],
  [['refresh', 'smal'], 1, '[eval-target-unknown]'],
])('eval targets %j is refused', async (args, code, error) => {
  const said = await targets(...args);
  expect(said.err).toContain(error);
  expect(said.code).toBe(code);
});
