import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '@codex-orch/core';
import { type GoalEvaluation, loadGoalScenario, loadTargets, selectTargets } from '@codex-orch/eval-harness';
import { readCassette, type Scene, writeCassette } from '@codex-orch/replay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEvaluatedRepository } from './evaluated-repository.js';
import { startCommand } from './real-command.js';
import { builder, codexPaths, planner, reviewer, type Said, say, World } from './world.js';

const adding = (body: string): string => `*** Begin Patch
*** Update File: lib/index.js
@@
 exports.two = () => oldName + 1;
+exports.three = () => ${body};
*** End Patch`;

const hiddenTest = `const { three } = require('..');
console.log((three && three() === 3 ? 'ok' : 'not ok') + ' - three is three');
console.log('1..1');
`;

const everyTest = "for (const file of fs.readdirSync('test')) require('./test/' + file)";

const scenario = {
  schemaVersion: 1,
  title: 'three',
  target: 'small',
  goal: 'Export a function three that gives 3.',
  variants: [
    { name: 'right', cassette: 'right.jsonl', driver: 'exec', passRate: { atLeast: 1 } },
    { name: 'wrong', cassette: 'wrong.jsonl', passRate: { atMost: 0 } },
    { name: 'open' },
  ],
  hidden: {
    files: 'hidden',
    tests: [{ command: ['node', 'test/hidden.js'], reporter: { kind: 'tap' } }],
    ids: ['three is three'],
  },
};

/** What another evaluation leaves that begins while an attempt of this one is at work. */
const ofLater = (root: string): string[] =>
  ['repo/.runs/eval/later', 'state/evaluations/2/later'].map((folder) => path.join(root, folder, 'secret'));

/**
 * A builder that looks for the hidden tests everywhere, itself and by a test of its own, before it gets it wrong; and for what is there
 * since `go` is.
 */
const spy = (root: string, folder: string): Scene[] => {
  const places = ['hidden/test/hidden.js', 'wrong.jsonl'].map((file) => path.join(folder, file));
  const look = `cat ${places.join(' ')} ${folder}/../../../.runs/eval/*/*/tree/test/*.js; until [ -e ${root}/go ]; do sleep 0.1; done; cat ${ofLater(root).join(' ')}`;
  const test = `const fs = require('fs');
for (const file of ${JSON.stringify(places)}) try { fs.writeSync(2, fs.readFileSync(file)); } catch (error) { console.log('spied: ' + error.code); }`;
  const file = [
    '*** Begin Patch',
    '*** Add File: test/spy.js',
    ...test.split('\n').map((line) => `+${line}`),
    '*** End Patch',
  ];
  return [
    planner(),
    builder(
      1,
      { shell: `(${look}) > seen.txt 2>&1; ls test` },
      { applyPatch: file.join('\n') },
      { applyPatch: adding('oldName + 1') },
      say,
    ),
    reviewer(),
  ];
};

let world: World;
let folder: string;
beforeAll(async () => {
  world = await makeEvaluatedRepository();
  await world.configure({ codex: { path: codexPaths['0.169.0'] }, tests: { lint: 'off' } });
  folder = path.join(world.repo, 'evaluation/goals/three');
  await world.write({
    'evaluation/goals/three/scenario.json': JSON.stringify({ ...scenario, testCommands: [['node', '-e', everyTest]] }),
    'evaluation/goals/three/hidden/test/hidden.js': hiddenTest,
  });
  const right = [planner(), builder(1, { applyPatch: adding('3') }, say), reviewer()];
  for (const [name, scenes] of Object.entries({ right, wrong: spy(world.root, folder) }))
    await writeCassette(path.join(folder, `${name}.jsonl`), { kind: 'script', meta: { title: name }, scenes });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Said> => world.run('eval', 'goals', ...args);

describe('eval goals', () => {
  it.each([
    [['two'], 1, '[eval-goal-scenario-unknown]', 'Known are three'],
    [['thre'], 1, '[eval-goal-scenario-unknown]', 'Did you mean "three"?'],
    [['evaluation'], 1, '[eval-goal-scenario-unknown]', 'evaluation holds no scenario.json'],
    [['patterns/index.json'], 1, '[eval-goal-scenario-invalid]', 'index.json:'],
    [['three', '--resume', 'nope'], 1, '[eval-unknown]', 'There is no evaluation "nope"'],
    [['three', '--variant', 'left'], 1, '[eval-variant-unknown]', 'It has right, wrong, open'],
    [['three'], 1, '[eval-variant-needs-model]', '--live'],
    [['three', '--record'], 2, '[bad-flags]', '--live'],
    [['three', '--live', '--record'], 2, '[bad-flags]', 'model.provider'],
    [['three', '--repeat', '0'], 2, '[bad-flags]', '1 to 1000'],
    [['three', '--parallel', '1.5'], 2, '[bad-flags]', '1 to 64'],
  ])('%j is refused', async (args, code, error, words) => {
    const said = await run(...args);
    expect(said.err).toContain(error);
    expect(said.err).toContain(words);
    expect(said.code).toBe(code);
  });
});

it('our own scenarios of goals name targets that are pinned, cassettes that can be read, and a variant that must not pass', async () => {
  const evaluation = path.join(import.meta.dirname, '../../../evaluation');
  const targets = await loadTargets(path.join(evaluation, 'targets.json'));
  const names = await readdir(path.join(evaluation, 'goals'));
  expect(names).not.toEqual([]);
  for (const name of names) {
    const loaded = await loadGoalScenario(path.join(evaluation, 'goals', name, 'scenario.json'));
    expect(selectTargets(targets, { names: [loaded.scenario.target] })).toHaveLength(1);
    expect(loaded.scenario.variants.map(({ passRate }) => passRate?.atMost)).toContain(0);
    for (const cassette of loaded.cassettes.values()) expect((await readCassette(cassette.path)).kind).toBe('script');
  }
});

describe.runIf(process.platform === 'linux')('eval goals with a real Codex', () => {
  const both = ['three', '--variant', 'right', '--variant', 'wrong', '--parallel', '2'];

  it('tells what reaches the goal from what does not, by tests that no attempt can see', async () => {
    const call = world.start('eval', 'goals', ...both, '--json');
    await call.until(/wrong, attempt 1: working/);
    for (const file of ofLater(world.root)) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'begun later');
    }
    await writeFile(path.join(world.root, 'go'), '');
    const said = await call.said;
    expect(said.code, said.err).toBe(0);
    expect(said.err).toContain('right: model: cassette right.jsonl, not a live one');
    const evaluation = said.json() as GoalEvaluation & { readonly folder: string };
    expect(evaluation).toMatchObject({
      verdict: 'passed',
      hiddenBefore: { total: 1, passed: 0 },
      attempts: [
        {
          variant: 'right',
          verdict: 'passed',
          run: { state: 'awaiting-approval', end: null },
          model: { label: 'cassette right.jsonl, not a live one', live: false },
          codex: { version: '0.169.0', driver: 'exec' },
          diff: { files: 1, added: 1, removed: 0 },
          tests: { total: 2, kept: 2 },
          hidden: { passed: 1 },
          cost: null,
        },
        {
          variant: 'wrong',
          verdict: 'failed',
          causes: [{ kind: 'hidden-failing' }],
          codex: { driver: 'app-server' },
          tests: { kept: 2, newlyFailing: [] },
          hidden: { passed: 0, failed: ['three is three'] },
          replay: { misses: 0 },
        },
      ],
    });
    const read = (file: string): Promise<string> => readFile(path.join(evaluation.folder, file), 'utf8');
    expect(JSON.parse(await read('goals.json'))).toMatchObject({ id: evaluation.id, verdict: 'passed' });
    expect(await read('summary.md')).toContain('- right: model: cassette right.jsonl, not a live one');

    // Nothing of the hidden tests came back, neither to what the builder ran nor to what tested it, and nobody approved anything.
    const diff = await read('runs/wrong-1/diff.patch');
    expect(diff).toMatch(/^\+cat: .*hidden\.js: /m);
    expect(diff).not.toContain('three is three');
    expect(diff.match(/^\+cat: .*later\/secret: /gm)).toHaveLength(2);
    expect(diff).not.toContain('begun later');
    const log = await read('runs/wrong-1/tests/1-1.log');
    expect(log.match(/^spied: E/gm)).toHaveLength(2);
    expect(log).not.toContain('three is three');
    expect(await read('runs/wrong-1/events.jsonl')).not.toContain('approval.recorded');
    expect((JSON.parse(await read('runs/wrong-1/manifest.json')) as Manifest).approvals).toEqual([]);
    expect(await readdir(path.join(world.root, 'state/evaluations/1'))).toEqual([]);

    for (const words of [
      ['accept', 'latest'],
      ['accept', evaluation.id],
    ]) {
      const refused = await world.run('eval', ...words);
      expect(refused.code).toBe(1);
      expect(refused.err).toContain(
        words[1] === 'latest' ? '[eval-unknown]' : 'is an evaluation of goals; it cannot be accepted',
      );
    }

    const again = await run(...both);
    expect(again.out).toContain('as expected: 1 of 2 attempts passed, 2 of them from the cache');
    expect(again.code).toBe(0);

    const same = await world.run('eval', 'compare', evaluation.id.slice(0, -3), 'latest');
    expect(same.out).toContain(`before ${evaluation.id}, three, begun 2`);
    expect(same.out).toMatch(
      /^ +right: 1 of 1 attempt passed, answered by cassette right\.jsonl, not a live one; asked for gpt-5\.5; Codex exec 0\.169\.0$/m,
    );
    expect(same.out).toMatch(/^0 regressions, 0 improvements, 0 other differences\.$/m);
    expect(same.code).toBe(0);
    const [right, ...others] = evaluation.variants;
    const causes = [{ kind: 'pass-rate-too-low', message: '0 of 1 attempts passed' }];
    const worse = { ...evaluation, variants: [{ ...right, verdict: 'failed', causes }, ...others], folder: undefined };
    await world.write({ '.runs/worse/goals.json': JSON.stringify(worse) });
    const compared = await world.run('eval', 'compare', 'latest', './.runs/worse/goals.json');
    expect(compared.out).toContain('worse  right: is not as asked now: 0 of 1 attempts passed\n1 regression, ');
    expect(compared.code).toBe(1);
  });

  it("asks the user's own provider when it is told to, prices and records it, and fails with a reproduction where too few attempts pass", async () => {
    await using model = await world.model([planner(), builder(1, { applyPatch: adding('oldName') }, say), reviewer()]);
    const price = { currency: 'EUR', inputPerMillion: 1_000_000, outputPerMillion: 0 };
    const [right] = scenario.variants;
    const live = path.join(folder, 'live.json');
    await writeFile(live, JSON.stringify({ ...scenario, variants: [{ ...right, driver: undefined, price }] }));

    const said = await run('evaluation/goals/three/live.json', '--live', '--record', '--json');
    expect(said.code, said.err).toBe(1);
    expect(said.err).toContain('right: model: live, of your provider');
    const [attempt] = (said.json() as GoalEvaluation).attempts;
    expect(attempt).toMatchObject({
      verdict: 'failed',
      model: { label: `replay (${model.baseUrl}), recorded`, live: true },
      cost: { amount: attempt?.usage.inputTokens, currency: 'EUR' },
      replay: null,
    });
    expect((said.json() as GoalEvaluation).variants[0]).toMatchObject({
      causes: [{ kind: 'pass-rate-too-low' }],
      reproduce: expect.arrayContaining(['--live', '--variant', 'right']) as unknown,
    });

    // What was recorded answers the same in its place.
    const recorded = path.join((said.json() as { readonly folder: string }).folder, 'runs/right-1.jsonl');
    await copyFile(recorded, path.join(folder, 'recorded.jsonl'));
    const canned = path.join(folder, 'canned.json');
    await writeFile(canned, JSON.stringify({ ...scenario, variants: [{ name: 'right', cassette: 'recorded.jsonl' }] }));
    const again = (await run(canned, '--json')).json() as GoalEvaluation;
    expect(again.attempts[0]).toMatchObject({
      diff: attempt?.diff,
      replay: { misses: 0, loose: 0 },
      model: { live: false },
    });
  });

  it('goes on where it was killed, by the command that it gave, and makes no attempt again', async () => {
    const call = await startCommand(world, [
      'eval',
      'goals',
      'three',
      '--variant',
      'right',
      '--repeat',
      '2',
      '--no-cache',
    ]);
    await call.until(/right, attempt 2: working/);
    call.kill('SIGKILL');
    const killed = await call.ended;
    const command = /^If this is cut off, go on with: .*? eval goals (.*)$/m.exec(killed.err)?.[1] ?? '';
    expect(command).toMatch(/^--resume 2\S+ --repo \//);
    const said = await run(...command.split(' '), '--json');
    expect(said.code, said.err).toBe(0);
    expect(said.json()).toMatchObject({ verdict: 'passed', totals: { attempts: 2, passed: 2, cached: 0 } });
    expect(said.err).not.toContain('right, attempt 1: working');
    expect(said.err).toContain('right, attempt 2: working');
  });

  it('stops when it is interrupted, and goes on where it was', async () => {
    await world.configure({ codex: { path: codexPaths['0.169.0'] }, tests: { lint: 'off' } });
    const call = world.start('eval', 'goals', 'three', '--variant', 'right', '--repeat', '2', '--no-cache');
    await call.until(/right, attempt 2: working/);
    call.signal('SIGINT');
    const stopped = await call.said;
    expect(stopped.code).toBe(130);
    // It is said before anything can happen to it, and once more at its end.
    const toldTwice = [...stopped.err.matchAll(/on with: codex-orch eval goals --resume (\S+) --repo \S+$/gm)];
    const [id = '', ...others] = toldTwice.map(([, named]) => named);
    expect(others).toEqual([id]);
    const first = path.join(world.repo, '.runs/eval', id, 'attempts/right-1.json');
    expect(existsSync(first)).toBe(true);
    const attempt: unknown = JSON.parse(await readFile(first, 'utf8'));

    const said = await run('--resume', 'latest', '--json');
    expect(said.code, said.err).toBe(0);
    expect((said.json() as GoalEvaluation).attempts[0]).toEqual(attempt);
    expect(said.err).not.toContain('right, attempt 1: working');
  });
});
