import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  controlAsset,
  type EvaluatedAsset,
  type Evaluation,
  type EvaluationOptions,
  runEvaluation,
  type TargetSource,
} from '../src/index.js';
import { replacing } from './assets.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, type SmallTarget, smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

const onLinux = it.runIf(process.platform === 'linux');

const varToLet = replacing('var-to-let', 'var ', 'let ');

const evaluate = (
  folder: string,
  targets: readonly SmallTarget[],
  assets: readonly EvaluatedAsset[],
  more: Partial<EvaluationOptions> = {},
): Promise<Evaluation> => {
  const byName = new Map(targets.map(({ placed, source }) => [placed.target.name, source]));
  const source: TargetSource = {
    tarball: (target, ...rest) => byName.get(target.name)!.tarball(target, ...rest),
  };
  return runEvaluation({
    ...{ id: 'bad', runsDir: path.join(folder, 'runs'), sandbox: testSandbox(), env: npmEnvironment(folder) },
    ...{ targets: targets.map(({ placed }) => placed), assets, source, ...more },
  });
};

onLinux('each bad target is caught and named, and harms neither the good one nor what is around', async () => {
  const folder = await temporaryFolder();
  const good = await smallTarget(folder);
  const tampered = await smallTarget(folder, { name: 'tampered' });
  await appendFile(await tampered.source.tarball({ name: '', package: '', version: '' }, ''), 'more');
  const hanging = await smallTarget(folder, {
    ...{ name: 'hanging', files: { 'test/index.js': 'console.log("ok 1 - it begins"); for (;;);' } },
    target: { timeoutSeconds: 2 },
  });
  const writing = await smallTarget(folder, {
    name: 'writing',
    files: {
      'test/index.js': `require('node:fs').writeFileSync('/usr/outside', ''); console.log('ok 1 - it wrote\\n1..1');`,
    },
  });
  const flaky = await smallTarget(folder, {
    name: 'flaky',
    files: {
      // The home outlives a run of the tests, so this one fails every other time.
      'test/index.js': `
        const fs = require('node:fs');
        const file = process.env.HOME + '/seen';
        const seen = fs.existsSync(file);
        if (seen) fs.unlinkSync(file); else fs.writeFileSync(file, '');
        console.log((seen ? 'ok' : 'not ok') + ' 1 - every other time');
        console.log((require('..').isZero(0) ? 'ok' : 'not ok') + ' 2 - always\\n1..2');`,
    },
  });
  const { baselines, pairs, unusable, verdict } = await evaluate(
    folder,
    [tampered, hanging, writing, flaky, good],
    [controlAsset, varToLet],
  );
  expect(verdict).toBe('failed');
  const found = new Map(unusable.map(({ target, code, message }) => [target, [code, message]]));
  expect([...found.keys()].sort()).toEqual(['hanging', 'tampered', 'writing']);
  expect(found.get('tampered')).toEqual([
    'eval-target-tampered',
    expect.stringMatching(/^tampered: the tarball is sha512-/),
  ]);
  expect(found.get('hanging')).toEqual(['eval-tests-timed-out', '"node test/index.js" did not end within 2 s.']);
  expect(found.get('writing')).toEqual([
    'eval-no-tests-ran',
    expect.stringMatching(/^No test of writing ran: .*EROFS: read-only file system, open '\/usr\/outside'/),
  ]);
  expect(existsSync('/usr/outside')).toBe(false);
  expect(baselines.map(({ target, quarantined }) => [target, quarantined])).toEqual([
    ['flaky', ['every other time']],
    ['small', []],
  ]);
  expect(pairs.map((pair) => [pair.target, pair.asset, pair.verdict])).toEqual([
    ['flaky', controlAsset.id, 'passed'],
    ['flaky', 'var-to-let', 'passed'],
    ['small', controlAsset.id, 'passed'],
    ['small', 'var-to-let', 'passed'],
  ]);
});

onLinux('an asset never follows a link that a target made out of its own folder', async () => {
  const folder = await temporaryFolder();
  const outside = path.join(folder, 'outside.js');
  await writeFile(outside, 'var mine = 1;\n');
  const linking = await smallTarget(folder, {
    target: { setup: [['ln', '-s', outside, 'lib/linked.js']] },
  });
  const { pairs } = await evaluate(folder, [linking], [varToLet]);
  expect(pairs).toMatchObject([{ verdict: 'passed', files: { considered: 1, changed: 1 } }]);
  expect(await readFile(outside, 'utf8')).toBe('var mine = 1;\n');
});

onLinux('as many targets as are wanted are worked on at the same time', async () => {
  const folder = await temporaryFolder();
  const targets = [await smallTarget(folder), await smallTarget(folder, { name: 'other' })];
  let arrived = 0;
  let meet: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (meet = resolve));
  const meeting: EvaluatedAsset = {
    ...varToLet,
    async apply(...args) {
      arrived += 1;
      if (arrived === 2) meet();
      // Nobody goes on before the other one is here.
      await both;
      return varToLet.apply(...args);
    },
  };
  const { pairs } = await evaluate(folder, targets, [meeting], { parallel: 2 });
  expect(pairs.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
});
