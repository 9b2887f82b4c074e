import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type EvaluatedAsset, type Evaluation, type EvaluationOptions, runEvaluation } from '../src/index.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, type SmallTarget } from './small-target.js';

/** Installations are shared by all tests of a file, results by none. */
let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'codex-orch-test-'));
});

afterAll(() => rm(cacheDir, { recursive: true, force: true }));

/** Evaluates assets on a target, with results in a folder. */
export const evaluate = (
  folder: string,
  { placed, source }: SmallTarget,
  assets: readonly EvaluatedAsset[],
  more: Partial<EvaluationOptions> = {},
): Promise<Evaluation> =>
  runEvaluation({
    id: 'first',
    runsDir: path.join(folder, 'runs'),
    targets: [placed],
    assets,
    sandbox: testSandbox(),
    source,
    env: npmEnvironment(folder),
    cacheDir,
    useCache: false,
    reproduce: (target, asset) => ['eval', '--target', target, '--asset', asset],
    ...more,
  });
