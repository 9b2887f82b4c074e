/* Runs an evaluation of three assets on a small target and kills itself once the first result is recorded, if told to. */
import path from 'node:path';
import { runEvaluation } from '../src/index.js';
import { replacing } from './assets.js';
import { testSandbox } from './sandbox.js';
import { npmEnvironment, smallTarget } from './small-target.js';

const [folder = '', fate] = process.argv.slice(2);
const { placed, source } = await smallTarget(folder);
const evaluation = await runEvaluation({
  id: 'resumed',
  runsDir: path.join(folder, 'runs'),
  targets: [placed],
  assets: ['a', 'b', 'c'].map((id) => replacing(id, 'var ', 'let ')),
  sandbox: testSandbox(),
  source,
  env: npmEnvironment(folder),
  useCache: false,
  onEvent: (event) => {
    if (fate === 'killed' && event.type === 'pair' && event.result.asset === 'b') process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(evaluation.pairs.map(({ durationsMs }) => durationsMs.total)));
