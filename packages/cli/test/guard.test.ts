import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditRecord } from '@codex-orch/core';
import { type ReportJson, reportSchema } from '@codex-orch/spec-guard';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make({ 'src/pay.js': 'export const pay = 1;\n', 'db/migrations/0001.sql': 'select 1;\n' });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const good = async (...args: string[]): Promise<Said> => {
  const said = await world.run(...args);
  expect(said.code, said.err + said.out).toBe(0);
  return said;
};

const commit = (message: string): void => {
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message', message);
};

/** A spec for src/, approved by Ada and committed. */
async function approvedSpec(): Promise<void> {
  await good('task', 'new', 'Take money');
  await good('spec', 'new', '--title', 'Payments', '--covers', 'src/**', '--task', '0001');
  await good('spec', 'approve', '0001', '--reason', 'It says what we build.');
  commit('spec');
}

const report = (said: Said): ReportJson => reportSchema.parse(said.json());
const codes = (said: Said): readonly string[] => report(said).findings.map(({ code }) => code);

it('goes the whole way: a change without a spec fails, with one it waits for approval, then it passes until the text changes', async () => {
  await world.write({ 'db/migrations/0002.sql': 'drop table users;\n' });
  const without = await world.run('guard');
  expect(without.code).toBe(1);
  expect(without.out).toMatch(/error SG001 db\/migrations\/0002\.sql .*migrations/);
  const [, fix = ''] = /fix: codex-orch (.*)/.exec(without.out) ?? [];

  await good(...fix.split(' ').map((word) => word.replaceAll("'", '')));
  const draft = await world.run('guard', '--json');
  expect([draft.code, codes(draft)]).toEqual([1, ['SG006']]);

  await good('spec', 'approve', '0001');
  await good('guard');
  const file = (report(draft).findings[0] as { path: string }).path;
  await appendFile(path.join(world.repo, file), '\nAnd one more thing.\n');
  expect(codes(await world.run('guard', '--json'))).toContain('SG007');
  expect((await world.run('guard', '--dry-run')).code).toBe(0);
});

it('says which base it took and from where, and checks everything when there is none', async () => {
  await approvedSpec();
  await world.write({ 'src/pay.js': 'export const pay = 2;\n' });
  commit('change');
  const named = await good('guard', '--base', 'HEAD~1', '--json');
  expect(report(named).notes[0]).toMatch(/^Base HEAD~1 \(from --base\): HEAD is compared with [0-9a-f]{12}/);
  expect(report(named).checked).toMatchObject({ changedPaths: 1, specs: 1 });

  world.git('update-ref', 'refs/remotes/origin/main', 'HEAD~1');
  world.env['GITHUB_BASE_REF'] = 'main';
  const found = await good('guard', '--json');
  expect(report(found).notes[0]).toContain('Base refs/remotes/origin/main (from GITHUB_BASE_REF)');

  delete world.env['GITHUB_BASE_REF'];
  const whole = await good('guard', '--json');
  expect(report(whole).notes[0]).toContain('everything is checked');
  expect(report(whole).checked).toMatchObject({ changedPaths: 0, specs: 1 });
});

it('fails closed: every error is exit code 2, also in a dry run, and a base that is not there is one', async () => {
  world.env['GITHUB_BASE_REF'] = 'gone';
  const base = await world.run('guard', '--format', 'json', '--dry-run');
  expect([base.code, base.json()]).toEqual([
    2,
    { error: expect.objectContaining({ code: 'unknown-revision' }) as object },
  ]);
  delete world.env['GITHUB_BASE_REF'];
  expect((await world.run('guard', '--base', 'HEAD', '--staged')).code).toBe(2);
  expect((await world.run('guard', 'no-such-file.js')).code).toBe(2);
  expect((await world.run('guard', '--repo', world.root)).code).toBe(2);
  expect((await world.run('guard', 'simulate', '--at', '2026-02-30')).code).toBe(2);
  expect((await world.run('guard', 'explain', 'SG999')).code).toBe(2);
});

it('judges the index alone with --staged, and only named files with --files', async () => {
  await world.write({ 'db/migrations/0002.sql': 'x\n', 'db/migrations/0003.sql': 'x\n' });
  await good('guard', '--staged');
  world.git('add', 'db/migrations/0002.sql');
  const staged = await world.run('guard', '--staged', '--json');
  expect(report(staged).findings[0]?.paths).toEqual(['db/migrations/0002.sql']);
  const files = await world.run('guard', '--json', '--files', 'db/migrations/0003.sql', 'src/pay.js');
  expect(report(files).findings[0]?.paths).toEqual(['db/migrations/0003.sql']);
});

it('simulates another day, and no variable of the environment moves the clock', async () => {
  await approvedSpec();
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const at = async (days: number) =>
    codes(await world.run('guard', 'simulate', '--at', inDays(days), '--all', '--json'));
  expect(await at(20)).toEqual([]);
  expect(await at(27)).toEqual(['SG016']);
  expect(await at(40)).toEqual(['SG003']);
  for (const name of ['SOURCE_DATE_EPOCH', 'FAKETIME', 'NOW', 'CODEX_ORCH_NOW', 'SPEC_GUARD_AT'])
    world.env[name] = '4102444800';
  const today = await good('guard', '--all', '--json');
  expect(Math.abs(Date.parse(report(today).at) - Date.now())).toBeLessThan(600_000);
});

it('prints annotations and a job summary for GitHub, and writes SARIF and JUnit beside them', async () => {
  const summary = path.join(world.root, 'summary.md');
  await writeFile(summary, '# Before\n');
  world.env['GITHUB_STEP_SUMMARY'] = summary;
  await world.write({ 'db/migrations/0002.sql': 'x\n' });
  const said = await world.run('guard', '--format', 'github', '--sarif', 'out.sarif', '--junit', '../out.xml');
  expect(said.code).toBe(1);
  expect(said.out).toContain('::error file=db/migrations/0002.sql,title=Spec guard SG001::');
  expect(await readFile(summary, 'utf8')).toMatch(/^# Before\n## Spec guard failed\n/);
  expect(JSON.parse(await world.read('out.sarif'))).toMatchObject({ version: '2.1.0' });
  expect(await readFile(path.join(world.root, 'out.xml'), 'utf8')).toContain('<testsuites name="spec-guard"');
});

describe('an override', () => {
  beforeEach(async () => {
    await approvedSpec();
    await writeFile(path.join(world.repo, 'src/pay.js'), 'export const pay = 3;\n');
    await appendFile(path.join(world.repo, 'tasks/specs/0001-payments.md'), '\nChanged.\n');
    await good('spec', 'register', 'tasks/specs/0001-payments.md');
  });

  it('needs a reason, lets its rule through, and is in the log, the audit log and the report', async () => {
    expect(codes(await world.run('guard', '--json'))).toEqual(['SG007']);
    expect((await world.run('guard', '--override', 'SG007')).err).toContain('An override needs a reason');
    const override = ['guard', '--reason', 'Fire', '--override'];
    expect((await world.run(...override, 'SG007/')).err).toContain('"" is no id of a spec');
    expect((await world.run(...override, 'SG007', '--expires', '2020-01-01')).err).toContain('no day from today on');
    await good(
      'guard',
      '--override',
      'SG007/0001',
      '--reason',
      'Fire',
      '--approver',
      'Bob <bob@example.org>',
      '--dry-run',
    );
    expect((await world.run('guard')).code).toBe(1);

    const let_ = await good(
      'guard',
      '--override',
      'SG007/0001',
      '--reason',
      'Fire',
      '--approver',
      'Bob <bob@example.org>',
      '--json',
    );
    expect(report(let_)).toMatchObject({
      clean: true,
      waived: [{ code: 'SG007', waiver: { by: 'override', reason: 'Fire', approver: 'bob@example.org' } }],
      overrides: [{ rule: 'SG007', specId: '0001', actor: 'human:Ada Example <ada@example.org>', waived: 1 }],
    });
    const audit = (await good('audit', 'list', '--json')).json() as readonly AuditRecord[];
    expect(audit.filter(({ action }) => action === 'override').map(({ outcome }) => outcome)).toEqual([
      'begun',
      'done',
    ]);
  });

  it('that the policy refuses is not written', async () => {
    await world.write({
      'tasks/guard.json': JSON.stringify({ overrides: { rules: { SG007: { quorum: 2 } } } }),
    });
    commit('policy');
    await appendFile(path.join(world.repo, 'tasks/specs/0001-payments.md'), '\nOnce more.\n');
    const refused = await world.run('guard', '--override', 'SG007', '--reason', 'Because');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('2 people have to approve it')]);
    await expect(world.read('tasks/guard-overrides.jsonl')).rejects.toThrow('ENOENT');
  });
});

it('repairs the registry and writes a skeleton with --fix, and never makes a change pass by that', async () => {
  await world.write({ 'db/migrations/0002.sql': 'x\n' });
  const dry = await world.run('guard', '--fix', '--dry-run');
  expect(dry.err).toContain('would write tasks/index.json');
  const fixed = await world.run('guard', '--fix', '--json');
  expect([fixed.code, codes(fixed)]).toEqual([1, ['SG006']]);
  const again = await world.run('guard', '--fix');
  expect(again.err).toContain('nothing that can be repaired');
});

it('adopts in an old repository with --baseline: what was wrong passes, what is new fails, and the debt only shrinks', async () => {
  await good('spec', 'new', '--title', 'Old', '--covers', 'src/**');
  await good('spec', 'new', '--title', 'Older', '--covers', 'db/**');
  expect((await world.run('guard', '--files', 'src/pay.js', '--base', 'HEAD')).code).toBe(0);
  const adopted = await good('guard', '--baseline');
  expect(adopted.err).toContain('2 findings are recorded');
  commit('adopt');
  await world.write({ 'src/pay.js': 'export const pay = 4;\n' });
  expect((await good('guard')).out).toContain('known debt, in the baseline');

  await good('spec', 'approve', '0001');
  await good('guard', '--baseline');
  const left = JSON.parse(await world.read('tasks/guard-baseline.json')) as { findings: { path: string }[] };
  expect(left.findings.map((one) => one.path)).toEqual(['tasks/specs/0002-older.md']);

  await good('spec', 'new', '--title', 'New', '--covers', 'lib/**');
  await world.write({ 'lib/a.js': 'a\n' });
  const fresh = await world.run('guard', '--json');
  expect(report(fresh).findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ specId: '0003' }]);
});

it('installs a hook that stops a commit without a spec, and takes it out again', async () => {
  const bin = path.join(world.repo, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  const main = pathToFileURL(path.join(import.meta.dirname, '../dist/main.js')).href;
  const script = `#!${process.execPath}\nimport('${main}').then(({ main }) => main(process));\n`;
  await writeFile(path.join(bin, 'codex-orch'), script, { mode: 0o755 });
  await writeFile(path.join(world.repo, '.gitignore'), 'node_modules\n');
  await world.write({ 'db/migrations/0002.sql': 'x\n' });
  await good('guard', 'hook', 'install');
  world.git('add', '--all');
  const tryCommit = () =>
    spawnSync('git', ['commit', '-m', 'x'], { cwd: world.repo, env: world.env, encoding: 'utf8' });
  const stopped = tryCommit();
  expect([stopped.status, stopped.stdout + stopped.stderr]).toEqual([1, expect.stringContaining('SG001')]);
  expect((await good('guard', 'hook', 'remove')).out).toContain('is removed');
  expect(tryCommit().status).toBe(0);
});

it('works on a shallow clone without any base branch, and on a first commit', async () => {
  await approvedSpec();
  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', '--depth=1', pathToFileURL(world.repo).href, clone);
  spawnSync('git', ['remote', 'remove', 'origin'], { cwd: clone });
  const shallow = await good('guard', '--repo', clone);
  expect(shallow.out).toContain('everything is checked');
  await rm(path.join(clone, '.git'), { recursive: true });
  spawnSync('git', ['init', '--quiet', clone], { env: world.env });
  const first = await world.run('guard', '--repo', clone, '--json');
  expect(report(first).findings.map(({ path: where }) => where)).toEqual(['db/migrations/0001.sql']);
});

it('explains every rule that it knows', async () => {
  const all = await good('guard', 'explain');
  expect(all.out.trim().split('\n')).toHaveLength(22);
  expect((await good('guard', 'explain', 'review-overdue')).out).toMatch(/^SG003 review-overdue \(error\)\n/);
});
