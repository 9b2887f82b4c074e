import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Evaluation } from '@codex-orch/eval-harness';
import type { Asset, AssetIndex } from '@codex-orch/learning-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTemplate } from './asset-index.js';
import { makeEvaluatedRepository } from './evaluated-repository.js';
import { startCommand } from './real-command.js';
import { type Said, World } from './world.js';

const scenario = {
  ...{ schemaVersion: 1, title: 'Another name', targets: ['small'], assets: { ids: ['breaks', 'rename-old'] } },
  options: { 'rename-old': { to: 'fresh' } },
  thresholds: { newlyFailing: 1 },
};

let world: World;
beforeAll(async () => {
  world = await makeEvaluatedRepository();
  await world.write({ 'evaluation/scenarios/mine.json': JSON.stringify(scenario) });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Said> => world.run('eval', ...args);

const assetOf = async (id: string): Promise<Asset | undefined> =>
  (JSON.parse(await world.read('patterns/index.json')) as AssetIndex).assets.find((asset) => asset.id === id);

describe('eval', () => {
  it.each([
    [['run', '--record', '--quick'], 2, '[bad-flags]', '--record and --quick'],
    [['run', '--record', '--target', 'small'], 2, '[bad-flags]', '--record and --target'],
    [['run', '--parallel', '0'], 2, '[bad-flags]', '1 to 64'],
    [['run', '--quick'], 2, '[bad-flags]', 'The scenario quick has no target'],
    [['run', 'mine', '--quick'], 2, '[bad-flags]', '--quick is a scenario'],
    [['run', 'al-assets'], 1, '[eval-scenario-unknown]', 'Did you mean "all-assets"?'],
    [['run', './none.json'], 1, '[eval-scenario-unknown]', 'There is no file /'],
    [
      ['run', './none.json'],
      1,
      '[eval-scenario-unknown]',
      'A path is taken from the current folder. Known are all-assets',
    ],
    [['run', './evaluation/scenarios/mien.json'], 1, '[eval-scenario-unknown]', 'mean evaluation/scenarios/mine.json?'],
    [['run', '--resume', 'nope'], 1, '[eval-unknown]', 'There is no evaluation "nope"'],
    [['run', 'mine', '--asset', 'prefer-let'], 2, '[bad-flags]', 'The scenario mine is not about prefer-let'],
    [['run', 'mine', '--record'], 2, '[bad-flags]', 'which is not of all targets'],
    [['run', '--target', 'smal'], 1, '[eval-target-unknown]', 'Did you mean "small"?'],
    [['run', '--asset', 'rename-odl'], 1, '[unknown-asset]', 'rename-old'],
    [['run', '--asset', 'a-text'], 1, '[asset-not-runnable]', 'it is a template'],
    [['compare', 'never', 'later'], 1, '[eval-unknown]', 'There is no evaluation "never"'],
    [['accept', 'latest'], 1, '[eval-unknown]', 'No evaluation is there yet'],
    [['accept', './never.json'], 1, '[eval-unreadable]', 'never'],
  ])('%j is refused', async (args, code, error, words) => {
    const said = await run(...args);
    expect(said.err).toContain(error);
    expect(said.err).toContain(words);
    expect(said.code).toBe(code);
  });

  it('records no proof of an evaluation that was begun with some targets only', async () => {
    const id = '2000-01-01T00-00-00-000Z';
    const plan = { digest: '', startedAt: '2000-01-01T00:00:00Z', kind: 'assets', asked: { target: ['small'] } };
    await world.write({ [`.runs/eval/${id}/plan.json`]: JSON.stringify(plan) });
    const said = await run('run', '--resume', id, '--record');
    await rm(path.join(world.repo, '.runs/eval', id), { recursive: true });
    expect(said.err).toContain('[bad-flags]');
    expect(said.err).toContain('--record and --target');
    expect(said.code).toBe(2);
  });

  it('needs a repository that names its targets', async () => {
    await using elsewhere = await World.make();
    for (const words of [['run'], ['targets', 'check']]) {
      const said = await elsewhere.run('eval', ...words);
      expect(said.code).toBe(1);
      expect(said.err).toContain('[eval-targets-missing]');
    }
  });

  it('tells of targets whose refresh is overdue', async () => {
    const said = await run('targets', 'check');
    expect(said.out).toMatch(/^small: its refresh is overdue by \d+ days$/m);
    expect(said.code).toBe(1);
  });
});

describe.runIf(process.platform === 'linux')('eval run', () => {
  it('says how to go on before it can be cut off, and so it goes on, also with a scenario of a file', async () => {
    await world.write({
      'few.json': JSON.stringify({ ...scenario, assets: { ids: ['rename-old', 'changes-nothing'] } }),
    });
    const words = ['run', './few.json', '--asset', 'rename-old', '--no-cache'];
    const call = await startCommand(world, ['eval', ...words]);
    await call.until(/small: fetching/);
    call.kill('SIGKILL');
    const killed = await call.ended;
    expect(killed.signal).toBe('SIGKILL');
    const command = /^If this is cut off, go on with: .*? eval (.*)$/m.exec(killed.err)?.[1]?.split(' ') ?? [];
    const [, , id = ''] = command;
    expect(command).toEqual(['run', '--resume', id, '--repo', world.repo]);
    const compared = await run('compare', id, id);
    expect(compared.err).toContain(` eval ${command.join(' ')}`);
    const other = await run('run', 'mine', '--asset', 'breaks', '--resume', id);
    expect(other.err).toContain('[eval-changed]');

    // Of goals, and begun later: none of those that `latest` is about here.
    const place = path.join(world.repo, '.runs/eval/2999-01-01T00-00-00-000Z');
    await mkdir(place);
    await writeFile(
      path.join(place, 'plan.json'),
      JSON.stringify({ digest: '', startedAt: '2999-01-01T00:00:00Z', kind: 'goals', resume: [] }),
    );
    const wrong = await run('run', '--resume', path.basename(place));
    expect(wrong.err).toContain('is an evaluation of goals');
    const said = await run('run', '--resume', 'latest', '--json');
    await rm(place, { recursive: true });
    expect(said.code, said.err).toBe(0);
    expect(said.json()).toMatchObject({ id, verdict: 'passed', totals: { pairs: 2, cached: 0 } });
  });

  it('stops when it is interrupted, and says how to go on', async () => {
    const call = world.start('eval', 'run', '--asset', 'rename-old');
    await call.until(/small: fetching/);
    call.signal('SIGINT');
    const said = await call.said;
    expect(said.err).toMatch(/Go on with: codex-orch eval run --resume 2\S+Z --repo \S+\n$/);
    expect(said.code).toBe(130);
  });

  it('records of an evaluation that failed only that the asset failed, which is offered no more, and names the test', async () => {
    const before = await assetOf('rename-old');
    const said = await run('run', '--record', '--asset', 'breaks');
    expect(said.code, said.err).toBe(1);
    expect(said.out).toContain('breaks on small');
    expect(said.out).toContain('two is two');
    expect(said.err).toContain('says now that breaks failed');
    expect(await assetOf('breaks')).toMatchObject({
      proof: [],
      evaluation: { version: '1.0.0', passed: false, failedOn: ['small'], targets: 1, changedTargets: 1 },
    });
    expect(await assetOf('rename-old')).toEqual(before);

    const listed = (await world.run('patterns', 'list')).out;
    expect(listed).not.toMatch(/^breaks /m);
    expect(listed).toContain('1 more is not offered: breaks (its evaluation failed on small). --all lists it too.');
    expect((await world.run('patterns', 'list', '--all')).out).toMatch(/^breaks .*its evaluation failed on small/m);
    expect((await world.run('patterns', 'show', 'breaks')).out).toMatch(/^Evaluated +failed on small, 20\d\d-/m);
    // Who names it gets it, and is told.
    const applied = await world.run('patterns', 'apply', 'breaks', '--dry-run');
    expect(applied.err).toContain('breaks is not offered by itself: its evaluation failed on small.');
  });

  it('records what each asset changed and which tests held, and that one changed nothing', async () => {
    const assets = ['rename-old', 'changes-nothing', 'prefer-let'].flatMap((id) => ['--asset', id]);
    const said = await run('run', '--record', '--json', ...assets);
    expect(said.code, said.err).toBe(0);
    const evaluation = said.json() as Evaluation & { readonly recorded: boolean };
    expect(evaluation).toMatchObject({ verdict: 'passed', recorded: true, totals: { pairs: 4, failed: 0 } });

    const renamed = await assetOf('rename-old');
    const assetSha256 = renamed?.evaluation?.assetSha256 ?? '';
    const at = evaluation.finishedAt;
    const of = { version: '1.0.0', assetSha256, at };
    expect(assetSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(renamed).toMatchObject({
      proof: [{ ...of, target: 'small@1.0.0', testsKept: 2, testsTotal: 2, changedFiles: 1 }],
      evaluation: { ...of, passed: true, targets: 1, changedTargets: 1, changedFiles: 1, declined: 0 },
      status: 'candidate',
      approvals: [],
    });
    expect(await assetOf('changes-nothing')).toMatchObject({
      proof: [],
      evaluation: { passed: true, targets: 1, changedTargets: 0, changedFiles: 0 },
    });
    expect(await assetOf('prefer-let')).toMatchObject({
      proof: [{ target: 'small@1.0.0', testsKept: 2, changedFiles: 1 }],
      evaluation: { passed: true, changedTargets: 1, findings: 1 },
    });
    expect(await assetOf('breaks')).toMatchObject({ evaluation: { passed: false } });

    const compared = await run('compare', evaluation.id.slice(0, -2), 'latest');
    expect(compared.out).toContain(`before ${evaluation.id}, begun 2`);
    expect(compared.out).toContain('4 of 4 pairs passed, 3 assets on small@1.0.0');
    expect(compared.out).toContain('0 regressions');
    expect(compared.code).toBe(0);
    const before = JSON.parse(await world.read(`.runs/eval/${evaluation.id}/evaluation.json`)) as Evaluation;
    await world.write({ '.runs/empty.json': JSON.stringify({ ...before, pairs: [] }) });
    const grown = await run('compare', path.join(world.repo, '.runs/empty.json'), `.runs/eval/${evaluation.id}`);
    expect(grown.out, grown.err).toMatch(/^other {2}small: 4 pairs are new\n0 regressions/m);
  });

  it('runs a scenario, named or as a file, with its options and thresholds, and gives both in the command that runs a pair again', async () => {
    const said = await run('run', 'mine', '--json');
    const evaluation = said.json() as Evaluation & { readonly folder: string };
    expect(said.err).toContain('mine: Another name\n');
    expect(evaluation).toMatchObject({
      ...{ scenario: 'mine', verdict: 'passed', options: { 'rename-old': { to: 'fresh' } } },
      thresholds: { newlyFailing: 1, appliedCleanly: 0.95 },
    });
    // What breaks one test is let pass by the scenario alone.
    const breaks = evaluation.pairs.find(({ asset }) => asset === 'breaks');
    expect(breaks).toMatchObject({ verdict: 'passed', tests: { newlyFailing: ['two is two'] } });
    expect(breaks?.reproduce.join(' ')).toBe('codex-orch eval run mine --target small --asset breaks --no-cache');
    expect(await readFile(path.join(evaluation.folder, 'summary.md'), 'utf8')).toContain('rename-old {"to":"fresh"}');
    expect((await run('accept', evaluation.id)).out).toContain('evaluation/baselines/mine.json');

    const file = path.join(world.repo, 'evaluation/scenarios/mine.json');
    const again = (await run('run', file, '--json')).json() as Evaluation & { readonly comparison: unknown };
    expect(again).toMatchObject({ comparison: { scenario: 'mine', regressions: [] }, totals: { cached: 3 } });
  });

  it('evaluates a template of ours by itself, on no target, and a foreign one not at all, saying why', async () => {
    await using own = await makeEvaluatedRepository();
    await addTemplate(path.join(own.repo, 'patterns/index.json'), 'review-checklist', { evaluation: undefined });
    const said = await own.run('eval', 'run', '--record', '--asset', 'review-checklist');
    expect(said.code, said.err).toBe(0);
    expect(said.out).toMatch(
      /^ {2}review-checklist: rendered twice the same from \d+ examples; of \d+ files, \d+ for people only$/m,
    );
    expect(said.err).not.toContain('small');
    const { assets } = JSON.parse(await own.read('patterns/index.json')) as AssetIndex;
    expect(assets.find(({ id }) => id === 'review-checklist')).toMatchObject({
      proof: [],
      evaluation: { passed: true, targets: 0, fixtures: 0 },
    });
    const all = await own.run('eval', 'run', '--asset', 'changes-nothing', '--asset', 'review-checklist');
    expect(all.out).toContain('review-checklist: rendered twice the same');
    expect(all.out).toMatch(/^changes-nothing +small +passed/m);
  });

  it('makes no asset proven that changed nothing, even where a person approves it', async () => {
    const said = await world.run('patterns', 'approve', 'changes-nothing');
    expect(said.out).toContain('It is not proven yet: its evaluation changed nothing');
    expect((await assetOf('changes-nothing'))?.status).toBe('candidate');
    expect((await world.run('patterns', 'approve', 'rename-old')).out).toContain('It is proven.');
  });
});

/** A codemod that changes nothing. */
const idle = (id: string): string =>
  `export const codemod = { id: '${id}', prefilter: [], transform: ({ source }) => ({ source, changes: 0, declined: [] }) };
export default (file) => codemod.transform(file).source;
`;

describe.runIf(process.platform === 'linux')('eval accept', () => {
  it('has a later evaluation fail that is worse, says why and how to see it again, until that is accepted', async () => {
    await using own = await makeEvaluatedRepository();
    await own.write({ 'patterns/assets/breaks.mjs': idle('breaks') });
    const evaluation = (await own.run('eval', 'run', '--json')).json() as Evaluation;
    expect(evaluation).toMatchObject({ verdict: 'passed', scenario: 'all-assets', comparison: null });
    const accepted = await own.run('eval', 'accept', evaluation.id);
    expect(accepted.out).toBe(
      '4 assets on 1 target are accepted in evaluation/baselines/all-assets.json. Commit it.\n',
    );
    expect(await own.read('evaluation/baselines/all-assets.json')).toContain(
      '"rename-old": {\n      "version": "1.0.0",\n      "on": {\n        "small": { "changed": 1, "kept": 2 }',
    );
    const same = await own.run('eval', 'run');
    expect(same.err).toContain('4 pairs compared with what is accepted of all-assets');
    expect(same.code, same.err).toBe(0);

    await own.write({ 'patterns/assets/rename-old.mjs': idle('rename-old') });
    const worse = await own.run('eval', 'run', '--record');
    expect(worse.err).toContain(
      'worse fewer-files-changed rename-old on small: It changes 0 files, 1 are accepted.\n' +
        '  reproduce: codex-orch eval run --target small --asset rename-old --no-cache\n',
    );
    expect(worse.err).toContain('Nothing is recorded');
    expect(worse.code).toBe(1);
    const [, folder = ''] = /^Results: (.*)$/m.exec(worse.err) ?? [];
    for (const file of ['summary.md', 'report.html'])
      expect(await readFile(path.join(folder, file), 'utf8')).toContain('rename-old on small: It changes 0 files');
    expect(await readFile(path.join(folder, 'junit.xml'), 'utf8')).toContain('<failure type="fewer-files-changed"');
    expect(await readFile(path.join(folder, 'evaluation.sarif'), 'utf8')).toContain('"ruleId": "regression"');
    const [, id = ''] = /If that is meant: codex-orch eval accept (\S+)$/m.exec(worse.err) ?? [];
    const again = await own.run('eval', 'accept', id);
    expect(again.out).toContain('accepted fewer-files-changed rename-old on small');
    expect((await own.run('eval', 'run')).code).toBe(0);
  });

  it('accepts no part of a scenario, and nothing that failed', async () => {
    const part = (await run('run', '--json', '--asset', 'prefer-let')).json() as Evaluation;
    const whole = (await run('run', '--json')).json() as Evaluation;
    for (const { id } of [part, whole]) {
      const said = await run('accept', id);
      expect(said.err).toContain('[eval-not-acceptable]');
      expect(said.code).toBe(1);
    }
  });
});
