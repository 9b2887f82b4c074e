import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, watch, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProcessLock } from '@codex-orch/core';
import type { IntegrationRecord } from '@codex-orch/core/integration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeRun } from './made-run.js';
import { startCommand } from './real-command.js';
import { builder, codexPaths, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
  await world.configure({ codex: { path: codexPaths['0.169.0'] }, tests: { lint: 'off' } });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

it('builds a tested branch from approved diffs, shows conflicts with both sides, refuses the rest, and touches no checkout', async () => {
  const first = await makeRun(world, {
    goal: 'swap the operands',
    files: { 'src/sum.js': 'export const sum = (a, b) => b + a;\n' },
  });
  const second = await makeRun(world, { goal: 'add a file', files: { 'src/more.js': 'export const more = 1;\n' } });
  const conflicting = await makeRun(world, {
    goal: 'name the operands',
    files: { 'src/sum.js': 'export const sum = (x, y) => x + y;\n' },
  });
  const waiting = await makeRun(world, { goal: 'another file', files: { 'src/other.js': '1;\n' }, approved: false });
  const tampered = await makeRun(world, { goal: 'a third file', files: { 'src/third.js': '1;\n' } });
  await appendFile(path.join(world.repo, '.runs/adhoc', tampered, 'diff.patch'), '\n');
  const asked = [first, second, conflicting, waiting, tampered];
  const before = [world.git('rev-parse', 'HEAD'), world.git('status', '--porcelain')];

  const dry = await world.run('integrate', ...asked, '--dry-run');
  expect(dry.code, dry.err).toBe(1);
  expect(dry.out).toContain('Batch 1, tested together');
  expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');
  expect(existsSync(path.join(world.repo, '.runs/integrations'))).toBe(false);

  const said = await world.run('integrate', ...asked, '--branch', 'together');
  expect(said.code, said.err).toBe(1);
  expect(said.out, said.err).toMatch(new RegExp(`against ${first} +swap the operands`));
  expect(said.out).toContain('name the operands');
  expect(said.out).toContain('export const sum = (x, y) => x + y;');
  expect(said.out).toContain('export const sum = (a, b) => b + a;');
  const folder = /^Record +(.*)$/m.exec(said.out)?.[1] ?? '';
  const record = JSON.parse(await readFile(path.join(folder, 'integration.json'), 'utf8')) as IntegrationRecord;
  expect(record.runs.map(({ outcome }) => outcome)).toEqual([
    'integrated',
    'integrated',
    'conflict',
    'not-approved',
    'not-approved',
  ]);
  expect(record.runs.map(({ reason }) => reason?.code)).toEqual([
    undefined,
    undefined,
    undefined,
    'run-state',
    'diff-digest-mismatch',
  ]);
  expect(record.tests).toMatchObject([{ report: { passed: true }, runs: [first, second] }]);
  expect(world.git('show', 'together:src/sum.js')).toContain('b + a');
  expect(world.git('log', '--format=%an %s', 'main..together')).toBe(
    'Ada Example add a file\nAda Example swap the operands\n',
  );
  expect([world.git('rev-parse', 'HEAD'), world.git('status', '--porcelain')]).toEqual(before);
  expect((await world.run('audit', 'list')).out.match(/integrate +(begun|done)/g)).toHaveLength(2);

  // What is old goes, but for branches, records and approved diffs that nobody has applied.
  expect((await world.run('gc', '--older-than', '0m', '--runs')).code).toBe(0);
  const again = await world.run('integrate', '--resume', record.id, '--json');
  expect(again.code).toBe(1);
  expect((again.json() as IntegrationRecord).tip).toBe(world.git('rev-parse', 'together').trim());
});

const run = (goal: string, files: Readonly<Record<string, string | null>>): Promise<string> =>
  makeRun(world, { goal, files });
const lines = (first: string, last = 'l'): string =>
  [first, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', last].map((word) => `export const ${word} = 1;\n`).join('');

async function withLines(): Promise<void> {
  await world.write({ 'src/lines.js': lines('first') });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=lines');
}

const integrated = async (...args: string[]): Promise<{ code: number; record: IntegrationRecord }> => {
  const said = await world.run('integrate', ...args, '--json');
  return { code: said.code, record: said.json() as IntegrationRecord };
};

it('what a merge made otherwise than it was approved waits for a human, who approves exactly that', async () => {
  await withLines();
  const renaming = await run('rename', { 'src/lines.js': null, 'src/renamed.js': lines('first') });
  const editing = await run('edit', { 'src/lines.js': lines('first', 'edited') });
  const { code, record } = await integrated(renaming, editing);
  expect(code).toBe(3);
  expect(record.runs.map(({ needsApproval }) => needsApproval)).toEqual([false, true]);
  const told = await world.run('integrate', '--resume', record.id);
  expect(told.code).toBe(3);
  expect((await world.run('integrations', 'show', record.id.slice(0, 14))).out).toBe(told.out);
  expect(told.out).toContain(`integrate --approve ${record.id}`);
  // The branch has nothing that no human approved.
  const branch = record.branch.replace('refs/heads/', '');
  expect(world.git('branch', '--list', branch)).toBe('');
  expect(told.out).toContain(`git diff ${record.base.commit?.slice(0, 12) ?? ''} ${record.held ?? ''}`);
  expect(world.git('show', `${record.held ?? ''}:src/renamed.js`)).toContain('edited');
  expect((await integrated(renaming, editing)).record.id).toBe(record.id);
  expect((await world.run('integrations', 'list')).out).toMatch(
    new RegExp(`^${record.id}  waits for you +${branch} +2 integ`),
  );

  const diff = path.join(world.repo, '.runs/integrations', record.id, 'diff.patch');
  const intact = await readFile(diff);
  await appendFile(diff, '\n');
  expect((await world.run('integrate', '--approve', record.id)).err).toContain('[diff-digest-mismatch]');
  await writeFile(diff, intact);
  expect((await integrated(await run('more', { 'src/other.js': '1;\n' }))).code).toBe(0);
  // Which waits, though it is not the newest.
  const approved = await world.run('integrate', '--approve', 'latest', '--reason', 'read it');
  expect(approved.code, approved.err).toBe(0);
  expect(approved.out).toContain(`${branch} is at ${record.tip?.slice(0, 12) ?? ''}`);
  expect(world.git('rev-parse', branch).trim()).toBe(record.tip);
  expect(world.git('for-each-ref', 'refs/codex-orch')).toBe('');
  expect(approved.out).toContain(`  git merge ${branch}   # puts it into main\n`);
  const after = await integrated('--resume', record.id.slice(0, 14));
  expect(after).toMatchObject({
    code: 0,
    record: {
      approvals: [{ subject: { kind: 'diff', id: record.id, sha256: record.diff?.sha256 }, justification: 'read it' }],
    },
  });
  expect((await world.run('audit', 'list')).out).toContain('approve');
  // Killed between the record and the branch: the same call moves the branch, and approves nothing twice.
  world.git('update-ref', record.held ?? '', record.tip ?? '');
  world.git('branch', '--quiet', '--delete', '--force', branch);
  const file = path.join(world.repo, '.runs/integrations', record.id, 'integration.json');
  await writeFile(file, JSON.stringify({ ...after.record, held: record.held }));
  expect((await world.run('integrate', '--approve', record.id)).code).toBe(0);
  expect(world.git('rev-parse', branch).trim()).toBe(record.tip);
  expect((await integrated('--resume', record.id)).record).toMatchObject({ held: null, approvals: { length: 1 } });
  expect((await world.run('integrate', '--approve', record.id)).err).toContain(
    `Nothing of integration ${record.id} waits for your decision: it is approved already. [integration-not-waiting]`,
  );
  // The same again is told, and not built twice.
  expect((await integrated(renaming, editing)).record.id).toBe(record.id);
});

it('what a human rejects never reaches the branch, and is built again when it is asked for again', async () => {
  await withLines();
  const renaming = await run('rename', { 'src/lines.js': null, 'src/renamed.js': lines('first') });
  const editing = await run('edit', { 'src/lines.js': lines('first', 'edited') });
  const { record } = await integrated(renaming, editing);
  const follows = { runId: editing, integration: record.id };
  const mending = await makeRun(world, { goal: 'mend', files: { 'src/more.js': '1;\n' }, follows });
  expect((await world.run('integrate', mending)).err).toMatch(/waits for your approval\. \[integration-held\]/);
  const said = await world.run('integrate', '--reject', 'latest', '--reason', 'not so');
  expect(said.code, said.err).toBe(0);
  expect(said.out).toContain(`git update-ref -d ${record.held ?? ''}`);
  expect((await world.run('integrate', mending)).err).toMatch(/was rejected\. \[integration-held\]/);
  expect((await integrated('--resume', record.id)).code).toBe(1);
  expect((await world.run('integrations', 'list')).out).toMatch(/ rejected /);
  expect((await world.run('integrate', '--approve', record.id)).err).toContain('it is rejected already');
  expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');
  expect((await integrated(renaming, editing)).record.id).not.toBe(record.id);
});

it('a branch that another process builds is refused, and so are flags and records that cannot be', async () => {
  const one = await run('one', { 'src/one.js': '1;\n' });
  const { record } = await integrated(one, '--branch', 'taken');
  const name = createHash('sha256').update('refs/heads/taken').digest('hex').slice(0, 32);
  {
    await using _lock = await ProcessLock.acquire(path.join(world.repo, '.runs/integrations/locks', name), 'it');
    const two = await run('two', { 'src/two.js': '2;\n' });
    const said = await world.run('integrate', two, '--branch', 'taken');
    expect(said.code).toBe(75);
    expect(said.err).toContain('[locked]');
  }
  for (const [args, exit, code] of [
    [[], 2, 'bad-flags'],
    [[one, '--resume', record.id], 2, 'bad-flags'],
    [[one, '--reason', 'x'], 2, 'bad-flags'],
    [[one, '--branch', 'a..b'], 1, 'integration-branch-unusable'],
    [[one, '--branch', 'main'], 1, 'integration-branch-unusable'],
    [[one, '--base', 'nowhere'], 1, 'integration-base-unknown'],
    [['--resume', 'nothing'], 1, 'unknown-integration'],
    [['--approve', record.id], 1, 'integration-not-waiting'],
    [['--approve', 'latest', '--reject', 'latest'], 2, 'bad-flags'],
    [['--resume', record.id.slice(-2)], 1, 'id-end-too-short'],
  ] as const) {
    const said = await world.run('integrate', ...args);
    expect([said.code, said.err]).toEqual([exit, expect.stringContaining(`[${code}]`) as string]);
  }
});

it('says that no test ran where the command counted none', async () => {
  await world.configure({ tests: { sandbox: 'off', lint: 'off' } });
  await world.write({ 'none.mjs': "console.log('# tests 0\\n# pass 0\\n# fail 0');\n" });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=none');
  const one = await run('one', { 'src/one.js': '1;\n' });
  const said = await world.run('integrate', one, '--test', `${process.execPath} none.mjs`);
  expect(said.out, said.err).toContain('No test ran in ');
});

it('a record that came with the repository is not gone on with', async () => {
  const { record } = await integrated(await run('one', { 'src/one.js': '1;\n' }));
  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'another');
  expect((await world.run('integrate', '--resume', record.id)).err).toContain('[integration-not-noted]');
  expect((await world.run('integrate', '--approve', record.id)).err).toContain('[integration-not-noted]');
});

it('killed while it tests, it goes on with the same call and ends as if it had not been', async () => {
  const mark = path.join(world.root, 'testing');
  // In the first test run it waits to be killed, and says so.
  await world.write({
    'wait.mjs': `import { existsSync, writeFileSync } from 'node:fs';
if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); setInterval(() => {}, 1000); }\n`,
  });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=wait');
  await world.configure({ tests: { commands: [[process.execPath, 'wait.mjs']], sandbox: 'off', lint: 'off' } });
  const args = ['integrate', await run('one', { 'src/one.js': '1;\n' }), await run('two', { 'src/two.js': '2;\n' })];
  const stop = new AbortController();
  const changes = watch(world.root, { signal: stop.signal })[Symbol.asyncIterator]();
  let change = changes.next();
  const first = await startCommand(world, args);
  for (; !existsSync(mark); change = changes.next()) await change;
  change.catch(() => undefined);
  stop.abort();
  first.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');
  const [id = ''] = (await readdir(path.join(world.repo, '.runs/integrations'))).filter((name) => name !== 'locks');
  const { code, record } = await integrated(...args.slice(1));
  expect(code).toBe(0);
  expect(record).toMatchObject({ id, state: 'done', tests: [{ number: 1, report: { passed: true } }] });
  expect(world.git('log', '--format=%s', `main..${record.branch}`)).toBe('two\none\n');
});

it('a conflict goes back to a builder, in a run from the head of the integration that is shown both sides', async () => {
  await world.model([
    planner(),
    builder(
      1,
      {
        applyPatch: `*** Begin Patch
*** Update File: src/sum.js
@@
-export const sum = (a, b) => b + a;
+export const sum = (x, y) => y + x;
*** End Patch`,
      },
      say,
    ),
    reviewer(),
  ]);
  const swap = await run('swap the operands', { 'src/sum.js': 'export const sum = (a, b) => b + a;\n' });
  const name = await run('name the operands', { 'src/sum.js': 'export const sum = (x, y) => x + y;\n' });
  const { record } = await integrated(swap, name);
  const said = await world.run('integrate', '--resume', record.id, '--revise');
  expect(said.code, said.err).toBe(3);
  const { runId, base, goal, follows } = await world.manifest();
  expect(follows).toEqual({ runId: name, integration: record.id });
  expect(base.commit).toBe(record.tip);
  for (const words of ['swap the operands', 'name the operands', '+export const sum = (x, y) => x + y;', '<<<<<<<'])
    expect(goal).toContain(words);
  expect(goal.split('\n')[0]).toMatch(/^(swap|name) the operands/);
  const branch = record.branch.replace('refs/heads/', '');
  expect(said.out).toContain(`integrate ${runId} --branch ${branch}`);
  expect(said.out).not.toContain(`apply ${runId}`);
  expect((await world.run('approve', runId)).code).toBe(0);
  const after = await integrated('--resume', record.id);
  expect(after.record.runs[1]?.followUp).toBe(runId);
  const second = await integrated(runId, '--branch', branch);
  expect(second.code).toBe(0);
  expect(world.git('show', `${record.branch}:src/sum.js`)).toBe('export const sum = (x, y) => y + x;\n');
});

it('does not say to delete a branch that holds what is nowhere else', async () => {
  const [first, second] = [
    await makeRun(world, { goal: 'add a file', files: { 'src/more.js': '1;\n' } }),
    await makeRun(world, { goal: 'add another', files: { 'src/most.js': '1;\n' } }),
  ];
  await world.configure({
    codex: { path: codexPaths['0.169.0'] },
    tests: { lint: 'off', sandbox: 'off', commands: [['true']] },
  });
  const alone = await world.run('integrate', first);
  const [, branch = ''] = /^Branch +(\S+) at/m.exec(alone.out) ?? [];
  const onTop = await world.run('integrate', second, '--branch', branch);
  expect(onTop.out).toContain(`git merge ${branch}`);
  const again = await world.run('integrate', second, '--branch', 'again');
  expect(again.out).toContain('git merge again');
  expect(again.out).not.toContain('branch -D');
  world.git('branch', '-D', 'again');
  world.git('reflog', 'expire', '--expire=now', '--all');
  world.git('gc', '--quiet', '--prune=now');
  const shown = await world.run('integrations', 'show');
  expect(shown.err).toBe('');
  expect(shown.out).not.toContain('Next');
});

it('says how its branch is merged and removed, in lines that can be pasted', async () => {
  const first = await makeRun(world, { goal: 'add a file', files: { 'src/more.js': '1;\n' } });
  const second = await makeRun(world, { goal: 'add another', files: { 'src/most.js': '1;\n' } });
  await world.configure({
    codex: { path: codexPaths['0.169.0'] },
    tests: { lint: 'off', sandbox: 'off', commands: [['true']] },
  });
  const alone = await world.run('integrate', first);
  const [, branch = ''] = /^Branch +(\S+) at/m.exec(alone.out) ?? [];
  expect(alone.out).toMatch(
    new RegExp(
      `^Next\n  git merge ${branch}   # puts it into main\n  git branch -d ${branch}   # .*\n  codex-orch gc   # .*\n$`,
      'm',
    ),
  );

  const both = await world.run('integrate', first, second, '--branch', 'both', '--repo', world.repo);
  const lines = (/^Next\n(.*)/ms.exec(both.out)?.[1] ?? '').split('\n').map((line) => line.replace(/ +#.*/, '').trim());
  expect(lines.slice(0, 4)).toEqual([
    `git -C ${world.repo} merge both`,
    `git -C ${world.repo} branch -d both`,
    `git -C ${world.repo} branch -D ${branch}`,
    'codex-orch gc',
  ]);
  world.git(...(lines[0] ?? '').split(' ').slice(1));
  const shown = await world.run('integrations', 'show');
  expect(shown.out).toContain('Merged   main has all of it');
  expect(shown.out).not.toContain('git merge');
  for (const line of lines.slice(1, 3)) world.git(...line.split(' ').slice(1));
  expect((await world.run('integrations', 'show')).out).not.toContain('Next');

  world.git('checkout', '--quiet', '-b', 'elsewhere', 'HEAD~1');
  const third = await makeRun(world, { goal: 'add a third', files: { 'src/third.js': '1;\n' } });
  const other = await world.run('integrate', third, '--base', 'main');
  expect(other.out).toMatch(/^ {2}git switch main && git merge codex-orch\//m);
});
