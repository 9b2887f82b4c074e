/* Evaluates a goal on a target that is in the cache, and kills itself in the middle of the second attempt. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadGoalScenario, type PlacedTarget, runGoalScenario } from '../src/index.js';
import { scriptedRunner } from './goal-scenarios.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment } from './small-target.js';

const [folder = '', cacheDir = '', placed = ''] = process.argv.slice(2);
let attempts = 0;
const right = async (checkout: string): Promise<undefined> => {
  attempts += 1;
  await writeFile(path.join(checkout, `left-${attempts}`), '');
  if (attempts === 2) process.kill(process.pid, 'SIGKILL');
};
await runGoalScenario({
  id: 'killed',
  runsDir: path.join(folder, 'runs'),
  cacheDir,
  attemptsDir: path.join(folder, 'attempts'),
  loaded: await loadGoalScenario(path.join(folder, 'scenario/scenario.json')),
  placed: JSON.parse(placed) as PlacedTarget,
  runner: scriptedRunner({ right }),
  sandbox: testSandbox(),
  env: npmEnvironment(folder),
  live: true,
});
