import { mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { runCommand } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type GoalAttempt,
  type GoalEvaluation,
  type GoalEvaluationOptions,
  goalEvaluationSchema,
  goalScenarioSchema,
  goalsTable,
  loadGoalScenario,
  runGoalScenario,
} from '../src/index.js';
import { scenarioOf, scriptedRunner, writeScenario } from './goal-scenarios.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, type SmallTarget, smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

const edit = async (checkout: string, file: string, from: string, to: string): Promise<void> => {
  const place = path.join(checkout, file);
  const text = await readFile(place, 'utf8');
  expect(text).toContain(from);
  await writeFile(place, text.replace(from, to));
};

const check = (error: string) =>
  `if (typeof n !== 'number') throw new ${error}('no number');\r\n  if (n === 0) return 0;`;

/** Does it right only where an earlier run of it has left a word, in each place that comes to mind. */
const remembering = `const { existsSync, mkdirSync, statSync, utimesSync, chmodSync } = require('node:fs');
const words = [process.env.HOME, '.git', '.runs', 'lib', 'lib/.git'].map((place) => place + '/heard');
const isLater = words.some((word) => existsSync(word)) || statSync('package.json').mtimeMs < 1e6 || (statSync('lib').mode & 0o7) === 0;
process.on('exit', () => {
  for (const word of words) mkdirSync(word, { recursive: true });
  utimesSync('package.json', 1, 1);
  chmodSync('lib', 0o700);
});
`;

/** What variants do, by their names. */
const works = {
  right: (checkout: string) =>
    edit(checkout, 'lib/index.js', 'if (n === 0) return 0;', check('TypeError')).then(() => undefined),
  wrong: (checkout: string) =>
    edit(checkout, 'lib/index.js', 'if (n === 0) return 0;', check('RangeError')).then(() => undefined),
  lame: async (checkout: string) => {
    await works.right(checkout);
    await edit(checkout, 'lib/index.js', 'n === zero', 'n == "zero"');
    return undefined;
  },
  remembering: async (checkout: string) => {
    await works.right(checkout);
    await edit(checkout, 'lib/index.js', "if (typeof n !== 'number')", "if (isLater && typeof n !== 'number')");
    const lib = path.join(checkout, 'lib/index.js');
    await writeFile(lib, `${remembering}${await readFile(lib, 'utf8')}`);
    return undefined;
  },
  sly: async (checkout: string) => {
    await works.lame(checkout);
    await edit(checkout, 'test/index.js', 'holds ? "ok" : "not ok"', '"ok"');
    return undefined;
  },
};

interface Made {
  readonly evaluation: GoalEvaluation;
  readonly asked: readonly GoalAttempt[];
  readonly folder: string;
}

let small: SmallTarget;
let place: string;

async function evaluate(
  scenario: object,
  change: Partial<GoalEvaluationOptions> = {},
  asked: GoalAttempt[] = [],
): Promise<Made> {
  const folder = await temporaryFolder();
  const file = await writeScenario(path.join(folder, 'scenario'), scenario);
  const evaluation = await runGoalScenario({
    id: 'goals',
    runsDir: path.join(folder, 'runs'),
    // Of all tests of this file: the target is the same.
    cacheDir: path.join(place, 'cache'),
    attemptsDir: path.join(folder, 'attempts'),
    loaded: await loadGoalScenario(file),
    placed: small.placed,
    source: small.source,
    runner: scriptedRunner(works, asked),
    sandbox: testSandbox(),
    env: npmEnvironment(folder),
    reproduce: (variant) => ['eval', 'goals', '--variant', variant],
    ...change,
  });
  return { evaluation, asked, folder };
}

const variant = (name: string, more: object = {}) => ({ name, cassette: `${name}.jsonl`, ...more });

describe.runIf(process.platform === 'linux')('a goal scenario', () => {
  beforeAll(async () => {
    place = await realpath(await mkdtemp(path.join(tmpdir(), 'codex-orch-test-')));
    small = await smallTarget(place);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it('tells work that is right from work that its hidden tests, or the own tests of the target, find wrong', async () => {
    const names = ['right', 'wrong', 'lame', 'sly'] as const;
    const variants = names.map((name) =>
      variant(name, { passRate: name === 'right' ? { atLeast: 1 } : { atMost: 0 } }),
    );
    const { evaluation, asked, folder } = await evaluate(scenarioOf({ variants }));

    expect(evaluation.verdict).toBe('passed');
    expect(evaluation.hiddenBefore).toEqual({ total: 2, passed: 1 });
    const [right, wrong, lame, sly] = evaluation.attempts;
    expect(right).toMatchObject({
      verdict: 'passed',
      causes: [],
      diff: { files: 1, added: 1, removed: 0 },
      tests: { total: 4, kept: 4, newlyFailing: [], putBack: [] },
      hidden: { total: 2, passed: 2 },
      cost: null,
    });
    expect(wrong).toMatchObject({
      verdict: 'failed',
      causes: [{ kind: 'hidden-failing' }],
      tests: { kept: 4 },
      hidden: { passed: 1, failed: ['a text has no sign'] },
    });
    expect(lame).toMatchObject({
      verdict: 'failed',
      causes: [{ kind: 'newly-failing', message: expect.stringContaining('zero is zero') as unknown }],
      hidden: { passed: 2 },
    });
    expect(sly).toMatchObject({ verdict: 'failed', tests: { kept: 3, putBack: ['test/index.js'] } });

    // Neither while it was worked on nor before were the hidden tests there.
    expect(asked.map(({ goal }) => goal)).toEqual(Array(4).fill('Let sign throw a TypeError for what is no number.'));
    expect(asked[0]?.testCommands).toEqual([[process.execPath, 'test/index.js']]);
    const secret = ['scenario.json', 'hidden', ...names.map((name) => `${name}.jsonl`)];
    expect(asked[0]?.secret).toEqual([
      ...secret.map((file) => path.join(folder, 'scenario', file)),
      path.join(folder, 'runs'),
      expect.stringMatching(/\/cache$/),
    ]);
    expect(await readdir(path.join(folder, 'attempts'))).toEqual([]);
    expect((await readdir(path.join(folder, 'runs/goals'))).sort()).toEqual(
      expect.arrayContaining(['attempts', 'goals.json', 'junit.xml', 'report.html', 'summary.md']) as unknown,
    );
    expect(evaluation.comparisons).toHaveLength(6);
    expect(evaluation.comparisons[0]?.said.join(' ')).toContain(
      'right passed 1 of 1, wrong passed 0 of 1: a difference of 100 points',
    );
    // What a cassette answers twice is no second attempt.
    expect(evaluation.comparisons[0]?.passRate).toMatchObject({ tells: 'nothing', independent: false });
    expect(evaluation.comparisons[0]?.said.join(' ')).toContain('A cassette answers in right and in wrong');
  });

  it('lets nothing that work left while the own tests ran be seen while the hidden ones run', async () => {
    const scenario = scenarioOf({ variants: [variant('remembering', { cassette: 'right.jsonl' })] });
    const { evaluation } = await evaluate(scenario);
    expect(evaluation.attempts).toMatchObject([
      { verdict: 'failed', tests: { kept: 4 }, hidden: { failed: ['a text has no sign'] } },
    ]);
  });

  it('counts an attempt as not evaluated where the provider of the model was out of order, and makes that one again', async () => {
    const variants = [variant('right', { passRate: { atLeast: 1 } }), variant('wrong', { passRate: { atMost: 0 } })];
    const scenario = scenarioOf({ variants, repetitions: 2 });
    let isOut = true;
    let made = 0;
    const failing = async (checkout: string) => {
      made += 1;
      await works.right(checkout);
      return isOut && made === 1 ? { state: 'failed', end: null, outage: 'HTTP 503, overloaded' } : undefined;
    };
    const runner = scriptedRunner({ ...works, right: failing }, [], 'with an outage');
    const runsDir = path.join(await temporaryFolder(), 'runs');
    const first = await evaluate(scenario, { runner, runsDir });
    expect(first.evaluation).toMatchObject({
      verdict: 'not-evaluated',
      variants: [
        { verdict: 'not-evaluated', attempts: 1, notEvaluated: 1, passed: 1, passRate: 1 },
        { verdict: 'passed' },
      ],
      totals: { attempts: 4, passed: 1, notEvaluated: 1 },
    });
    expect(first.evaluation.attempts[0]).toMatchObject({
      verdict: 'not-evaluated',
      causes: [{ kind: 'provider-outage', message: 'HTTP 503, overloaded' }],
    });
    expect(goalsTable(first.evaluation)).toContain(
      'not evaluated: 1 of 3 attempts passed, 1 not evaluated, as the provider of the model was out of order',
    );
    isOut = false;
    const again = await evaluate(scenario, { runner, runsDir });
    expect(again.evaluation).toMatchObject({ verdict: 'passed', totals: { attempts: 4, passed: 2, notEvaluated: 0 } });
    expect(made).toBe(3);
  });

  it('works on attempts at the same time, and lets tests judge one after the other, with the same result', async () => {
    const variants = [variant('right'), variant('wrong')];
    let [atWork, most] = [0, 0];
    const together = Object.fromEntries(
      Object.entries(works).map(([name, work]) => [
        name,
        async (checkout: string) => {
          atWork += 1;
          most = Math.max(most, atWork);
          await work(checkout);
          // Until the other one is there too.
          while (most < 2) await setImmediate();
          atWork -= 1;
          return undefined;
        },
      ]),
    );
    const runner = scriptedRunner(together, [], 'together');
    const { evaluation } = await evaluate(scenarioOf({ variants, repetitions: 2 }), { runner, parallel: 2 });
    expect(most).toBe(2);
    expect(evaluation.attempts.map((each) => [each.variant, each.repetition, each.verdict])).toEqual([
      ['right', 1, 'passed'],
      ['wrong', 1, 'failed'],
      ['right', 2, 'passed'],
      ['wrong', 2, 'failed'],
    ]);
  });

  it('gives work a clean checkout without the hidden tests, and tells what the target installed to be ignored', async () => {
    let seen: string[] = [];
    const look = async (checkout: string) => {
      seen = (await readdir(checkout)).sort();
      return works.right(checkout);
    };
    const { evaluation } = await evaluate(scenarioOf(), { runner: scriptedRunner({ right: look }, [], 'looks') });
    expect(seen).toEqual(['.git', '.gitignore', 'lib', 'node_modules', 'package.json', 'test']);
    expect(evaluation.attempts[0]?.diff?.files).toBe(1);
  });

  it('fails where fewer attempts pass than are asked for, or more, and says how to see it again', async () => {
    const variants = [variant('wrong', { passRate: { atLeast: 0.5 } }), variant('right', { passRate: { atMost: 0 } })];
    const { evaluation, folder } = await evaluate(scenarioOf({ variants, repetitions: 2 }));
    expect(evaluation.verdict).toBe('failed');
    expect(evaluation.variants.map(({ causes }) => causes.map(({ kind }) => kind))).toEqual([
      ['pass-rate-too-low'],
      ['pass-rate-too-high'],
    ]);
    expect(goalsTable(evaluation)).toContain(
      'wrong\n  pass-rate-too-low: 0 of 2 attempts passed, and 50% are wanted at least. 1 of 2 hidden tests do not pass: "a text has no sign"\n  reproduce: eval goals --variant wrong\n',
    );
    expect(await readFile(path.join(folder, 'runs/goals/junit.xml'), 'utf8')).toContain(
      '<failure type="pass-rate-too-low"',
    );
  });

  it('says that one live attempt of each tells nothing, that two tell a difference of all and nothing, and what pass@k is', async () => {
    const variants = [variant('right'), variant('wrong')];
    const once = await evaluate(scenarioOf({ variants }), { live: true });
    expect(once.evaluation.comparisons[0]?.said).toContain(
      'These are too few to tell a difference. If the rates stay as they are, 2 repetitions of each would.',
    );
    const { evaluation } = await evaluate(scenarioOf({ variants, repetitions: 2 }), { live: true });
    expect(evaluation.comparisons[0]?.passRate).toMatchObject({ difference: 1, tells: 'first-is-better' });
    expect(evaluation.comparisons[0]?.said).toContain('That is more than chance: right is better.');
    expect(evaluation.variants[0]).toMatchObject({
      passed: 2,
      passAtK: [
        { k: 1, estimate: 1 },
        { k: 2, estimate: 1 },
      ],
      spread: { tokens: { n: 2 } },
    });
    expect(evaluation.variants[0]?.spread).not.toHaveProperty('cost');
  });

  it('does not repeat what a cassette answered before, and says so; a live model is asked again', async () => {
    const price = { currency: 'USD', inputPerMillion: 1, outputPerMillion: 2 };
    const scenario = scenarioOf({ variants: [variant('right', { instructions: 'Only once.', price })] });
    const first = await evaluate(scenario);
    const again = await evaluate(scenario);
    expect([first.asked.length, again.asked.length]).toEqual([1, 0]);
    expect(first.asked[0]?.goal).toBe('Let sign throw a TypeError for what is no number.\n\nOnly once.');
    expect(again.evaluation.attempts[0]).toMatchObject({ cached: true, cost: { amount: 16e-6, currency: 'USD' } });
    expect(goalsTable(again.evaluation)).toContain('1 of 1 attempts passed, 1 of them from the cache');
    const live = [await evaluate(scenario, { live: true }), await evaluate(scenario, { live: true })];
    expect(live.map(({ asked }) => asked.length)).toEqual([1, 1]);
  });

  it('goes on where it was killed, and makes no finished attempt again', async () => {
    const folder = await temporaryFolder();
    const file = await writeScenario(path.join(folder, 'scenario'), scenarioOf({ repetitions: 3 }));
    const child = path.join(import.meta.dirname, 'goal-resume-child.ts');
    const given = [folder, path.join(place, 'cache'), JSON.stringify(small.placed)];
    const args = ['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register', child, ...given];
    const cwd = path.join(import.meta.dirname, '../../..');
    const killed = await runCommand(process.execPath, args, { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    expect(killed.signal, killed.stderr.toString()).toBe('SIGKILL');
    expect(await readdir(path.join(folder, 'attempts/right-2/checkout'))).toContain('left-2');

    const asked: GoalAttempt[] = [];
    const goOn = async (): Promise<GoalEvaluation> =>
      runGoalScenario({
        id: 'killed',
        runsDir: path.join(folder, 'runs'),
        cacheDir: path.join(place, 'cache'),
        attemptsDir: path.join(folder, 'attempts'),
        loaded: await loadGoalScenario(file),
        placed: small.placed,
        runner: scriptedRunner(works, asked),
        sandbox: testSandbox(),
        env: npmEnvironment(folder),
        live: true,
      });
    const evaluation = await goOn();
    expect(asked.map(({ repetition }) => repetition)).toEqual([2, 3]);
    // The first is still what the killed process made of it, and nothing of its second is in the others.
    expect(evaluation.attempts.map(({ diff, verdict }) => [diff?.files, verdict])).toEqual([
      [1, 'failed'],
      [1, 'passed'],
      [1, 'passed'],
    ]);

    await writeFile(path.join(folder, 'scenario/hidden/more.txt'), '');
    await expect(goOn()).rejects.toMatchObject({ code: 'eval-changed' });
  });

  it.each([
    [
      'ends elsewhere',
      { state: 'escalated', end: { code: 'escalated', message: 'No way.' } },
      'not-finished',
      'No way. [escalated]',
    ],
    ['changes nothing', { patch: null }, 'not-finished', 'Nothing was changed.'],
    ['lacks answers', { replay: { misses: 2, loose: 0 } }, 'cassette-miss', '2 of the requests'],
    [
      'gives a diff that does not fit',
      { patch: Buffer.from('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n') },
      'does-not-apply',
      'does not fit',
    ],
  ] as const)('an attempt fails that %s', async (_what, outcome, kind, words) => {
    const right = async (checkout: string) => {
      await works.right(checkout);
      return outcome;
    };
    const { evaluation } = await evaluate(scenarioOf({ variants: [variant('right')] }), {
      runner: scriptedRunner({ right }, [], kind + words),
    });
    expect(evaluation.attempts[0]).toMatchObject({
      verdict: 'failed',
      causes: [{ kind, message: expect.stringContaining(words) as unknown }],
    });
    // A cassette that does not fit must not count as the failure that a scenario may ask for.
    expect(evaluation.verdict).toBe(kind === 'cassette-miss' ? 'failed' : 'passed');
  });

  it('hides attempts that are at work from each other, and makes one that was not finished again', async () => {
    const scenario = scenarioOf({ variants: [variant('right'), variant('lame')] });
    const lame = async () => ({ state: 'escalated' });
    const asked: GoalAttempt[] = [];
    const runner = scriptedRunner({ ...works, lame }, asked, 'unfinished');
    const { folder } = await evaluate(scenario, { runner, parallel: 2 });
    // Which of the two began first is chance.
    const ofOthers = (name: string) =>
      asked
        .find((attempt) => attempt.variant.name === name)
        ?.secret.filter((dir) => dir.startsWith(path.join(folder, 'attempts')));
    expect([ofOthers('right'), ofOthers('lame')]).toEqual([
      [path.join(folder, 'attempts/lame-1')],
      [path.join(folder, 'attempts/right-1')],
    ]);
    await evaluate(scenario, { runner });
    expect(asked.map((attempt) => attempt.variant.name).sort()).toEqual(['lame', 'lame', 'right']);
  });

  it('keeps what the tests of one attempt left in their home from the next', async () => {
    const leave = `require('fs').writeFileSync(process.env.HOME + '/left', '');`;
    const look = `if (require('fs').existsSync(process.env.HOME + '/left')) throw new Error('left');`;
    const right = async (checkout: string) => {
      await works.right(checkout);
      await edit(
        checkout,
        'lib/index.js',
        'var zero = 0;',
        `var zero = 0; ${look}process.on('exit', () => { ${leave} });`,
      );
      return undefined;
    };
    const { evaluation } = await evaluate(scenarioOf({ variants: [variant('right')], repetitions: 2 }), {
      runner: scriptedRunner({ right }, [], 'leaves'),
    });
    // Nor do the hidden tests of the same attempt find it.
    expect(evaluation.attempts.map(({ tests, hidden }) => [tests?.kept, hidden?.passed])).toEqual([
      [4, 2],
      [4, 2],
    ]);
  });

  it('writes no hidden test through a link that the work put in its way', async () => {
    const outside = await temporaryFolder();
    const right = async (checkout: string) => {
      await works.right(checkout);
      await symlink(path.join(outside, 'stolen'), path.join(checkout, 'hidden.test.cjs'));
      return undefined;
    };
    const { evaluation } = await evaluate(scenarioOf({ variants: [variant('right')] }), {
      runner: scriptedRunner({ right }, [], 'links'),
    });
    expect(evaluation.attempts[0]).toMatchObject({ verdict: 'failed', hidden: { passed: 0 } });
    expect(await readdir(outside)).toEqual([]);
  });

  it('counts tests that hang after the work as failed ones', async () => {
    const hang = async (checkout: string) => {
      await edit(checkout, 'lib/index.js', 'var zero = 0;', 'var zero = 0; for (;;);');
      return undefined;
    };
    const { target, configDir } = small.placed;
    const { evaluation } = await evaluate(scenarioOf({ variants: [variant('right')] }), {
      placed: { target: { ...target, timeoutSeconds: 1 }, configDir },
      runner: scriptedRunner({ right: hang }),
    });
    expect(evaluation.attempts[0]).toMatchObject({
      causes: [{ kind: 'tests-did-not-end' }, { kind: 'hidden-failing' }],
      hidden: { passed: 0, missing: ['a text has no sign', 'the sign of minus two'] },
    });
  });

  it('refuses hidden tests that pass before any work, a goal that cannot begin, and variants that it does not know', async () => {
    const one = { ...scenarioOf().hidden, ids: ['the sign of minus two'] };
    const folder = await temporaryFolder();
    const file = await writeScenario(folder, scenarioOf({ hidden: one }));
    await writeFile(path.join(folder, 'hidden/hidden.test.cjs'), "console.log('ok - the sign of minus two\\n1..1')");
    const toothless = evaluate(scenarioOf(), { loaded: await loadGoalScenario(file) });
    await expect(toothless).rejects.toMatchObject({ code: 'eval-hidden-tests-toothless' });

    const end = { code: 'not-logged-in', message: 'Codex has no credentials.' };
    const blocked = scriptedRunner({ right: async () => ({ state: 'blocked', end }) }, [], 'blocked');
    await expect(evaluate(scenarioOf(), { runner: blocked })).rejects.toMatchObject({
      code: 'eval-goal-blocked',
      message: expect.stringContaining('[not-logged-in]') as unknown,
    });
    await expect(evaluate(scenarioOf(), { variants: ['left'] })).rejects.toMatchObject({
      code: 'eval-variant-unknown',
    });
    const live = scenarioOf({ variants: [{ name: 'right' }] });
    await expect(evaluate(live)).rejects.toMatchObject({ code: 'eval-variant-needs-model' });
  });
});

describe('the file of a goal scenario', () => {
  it.each([
    ['a variant twice', { variants: [variant('right'), variant('right')] }, 'names a variant twice'],
    ['a cassette that is not there', { variants: [variant('gone')] }, 'gone.jsonl is not there'],
    ['hidden tests elsewhere', { hidden: { ...scenarioOf().hidden, files: '../other' } }, 'without ".."'],
    ['no hidden files', { hidden: { ...scenarioOf().hidden, files: 'none' } }, '"hidden.files": there is no file in'],
    ['a rate above one', { variants: [variant('right', { passRate: { atLeast: 2 } })] }, 'passRate.atLeast'],
    [
      'more at least than at most',
      { variants: [variant('right', { passRate: { atLeast: 1, atMost: 0 } })] },
      'more at least',
    ],
  ])('is refused with %s, and says so', async (_what, change, words) => {
    const folder = await temporaryFolder();
    const file = await writeScenario(folder, { ...scenarioOf(), ...change });
    await expect(loadGoalScenario(file)).rejects.toMatchObject({
      code: 'eval-goal-scenario-invalid',
      message: expect.stringContaining(words) as unknown,
    });
  });

  it('is refused with all that is wrong at once, and where', async () => {
    const folder = await temporaryFolder();
    const change = { variants: [variant('right'), variant('gone')], hidden: { ...scenarioOf().hidden, files: 'none' } };
    const file = await writeScenario(folder, { ...scenarioOf(), ...change });
    const error: unknown = await loadGoalScenario(file).catch((thrown: unknown) => thrown);
    const lines = (error as Error).message.split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringMatching(/scenario\.json:1:\d+: "variants\[1\]\.cassette": the cassette .* is not there$/),
      expect.stringMatching(/scenario\.json:1:\d+: "hidden\.files": there is no file in /),
    ]);
  });

  it('is refused when it is none', async () => {
    const folder = await temporaryFolder();
    await expect(loadGoalScenario(path.join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'eval-goal-scenario-invalid',
    });
  });

  it.each([
    ['goal-scenario', goalScenarioSchema],
    ['goal-evaluation', goalEvaluationSchema],
  ])('schemas/%s.json is what the program checks (after a change: npm run generate)', async (name, schema) => {
    const published = { title: `codex-orch ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) };
    await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.json`);
  });
});
