import type { Evaluation } from '@codex-orch/eval-harness';
import type { Asset, AssetIndex } from '@codex-orch/learning-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEvaluatedRepository } from './evaluated-repository.js';
import { type Said, World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await makeEvaluatedRepository();
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
    [['run', '--quick'], 2, '[bad-flags]', 'No target'],
    [['run', '--target', 'smal'], 1, '[eval-target-unknown]', 'Known are small'],
    [['run', '--asset', 'rename-odl'], 1, '[unknown-asset]', 'rename-old'],
    [['run', '--asset', 'a-text'], 1, '[asset-not-runnable]', 'it is a template'],
    [['compare', 'never', 'later'], 1, '[eval-unreadable]', 'never'],
  ])('%j is refused', async (args, code, error, words) => {
    const said = await run(...args);
    expect(said.err).toContain(error);
    expect(said.err).toContain(words);
    expect(said.code).toBe(code);
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
  it('stops when it is interrupted, and says that it goes on', async () => {
    const call = world.start('eval', 'run', '--asset', 'rename-old');
    await call.until(/small: fetching/);
    call.signal('SIGINT');
    const said = await call.said;
    expect(said.err).toContain('call the command again to go on');
    expect(said.code).toBe(130);
  });

  it('records nothing of an evaluation that failed, and names the test that broke', async () => {
    const before = await world.read('patterns/index.json');
    const said = await run('run', '--record', '--asset', 'breaks');
    expect(said.code, said.err).toBe(1);
    expect(said.out).toContain('breaks on small');
    expect(said.out).toContain('two is two');
    expect(said.err).toContain('Nothing is recorded');
    expect(await world.read('patterns/index.json')).toBe(before);
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
    expect(await assetOf('breaks')).not.toHaveProperty('evaluation');

    const compared = await run('compare', evaluation.id, evaluation.id);
    expect(compared.out).toContain('0 regressions');
    expect(compared.code).toBe(0);
  });

  it('makes no asset proven that changed nothing, even where a person approves it', async () => {
    const said = await world.run('patterns', 'approve', 'changes-nothing');
    expect(said.out).toContain('It is not proven yet: its evaluation changed nothing');
    expect((await assetOf('changes-nothing'))?.status).toBe('candidate');
    expect((await world.run('patterns', 'approve', 'rename-old')).out).toContain('It is proven.');
  });
});
