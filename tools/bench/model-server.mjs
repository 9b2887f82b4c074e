/**
 * Usage: node model-server.mjs
 *
 * The model of the benchmark, in a process of its own so that its CPU is nobody's. It answers at once, prints its base
 * URL, and ends when its standard input does.
 */
import { startReplay } from '@codex-orch/replay';

/** @param {unknown[]} hunks */
const patch = (...hunks) => ['*** Begin Patch', ...hunks, '*** End Patch', ''].join('\n');

const edit = [
  { shell: 'cat greet.mjs' },
  {
    applyPatch: patch(
      '*** Update File: greet.mjs',
      '@@',
      '-export const greet = (name) => `Hello, ${name}!`;',
      '+export const greet = (name, { loud = false } = {}) => {',
      '+  const text = `Hello, ${name}!`;',
      '+  return loud ? text.toUpperCase() : text;',
      '+};',
    ),
  },
  { say: 'greet takes { loud } now.' },
];

const subtask = {
  id: 'loud',
  title: 'Greet loudly',
  instructions: 'Give greet an option loud that turns the greeting into capitals.',
  paths: ['greet.mjs'],
};

const server = await startReplay({
  script: [
    {
      scene: 'planner',
      when: { agent: 'You are the planner' },
      steps: [{ json: { summary: 'One option.', subtasks: [subtask] } }],
    },
    {
      scene: 'reviewer',
      when: { agent: 'You are the reviewer' },
      steps: [{ json: { verdict: 'approve', summary: 'It does what the goal asks.', findings: [] } }],
    },
    { scene: 'any Codex', when: {}, steps: edit },
  ],
});
process.stdout.write(`${server.baseUrl}\n`);
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('end', resolve));
const { misses, exchanges } = server.report();
await server.close();
if (misses > 0) {
  const missed = exchanges.filter(({ match }) => match === 'miss');
  process.stderr.write(
    `The model had no answer to ${misses} request(s), so the numbers mean nothing: ${JSON.stringify(missed)}\n`,
  );
  process.exitCode = 1;
}
