import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { noUsage } from '@codex-orch/core';
import type { GoalAttempt, GoalOutcome, GoalRunner, GoalScenario } from '../src/index.js';

/** A scenario on the small target: `sign` is to tell of what is no number. The hidden tests know how. */
export const scenarioOf = (change: Partial<GoalScenario> = {}): GoalScenario => ({
  schemaVersion: 1,
  title: 'sign tells of what is no number',
  target: 'small',
  goal: 'Let sign throw a TypeError for what is no number.',
  variants: [{ name: 'right', cassette: 'right.jsonl', passRate: { atLeast: 1 } }],
  repetitions: 1,
  limits: {},
  hidden: {
    files: 'hidden',
    tests: [{ command: ['node', 'hidden.test.cjs'], reporter: { kind: 'tap' } }],
    ids: ['a text has no sign', 'the sign of minus two'],
  },
  ...change,
});

const hiddenTest = `const { sign } = require('.');
const is = (name, holds) => console.log(\`\${holds ? 'ok' : 'not ok'} - \${name}\`);
const throws = () => { try { sign('a'); return false; } catch (error) { return error instanceof TypeError; } };
is('a text has no sign', throws());
is('the sign of minus two', sign(-2) === -1);
console.log('1..2');
`;

/** Writes a scenario with its hidden tests and, for each variant that names one, a cassette. */
export async function writeScenario(folder: string, scenario: object = scenarioOf()): Promise<string> {
  const file = path.join(folder, 'scenario.json');
  await mkdir(path.join(folder, 'hidden'), { recursive: true });
  await writeFile(path.join(folder, 'hidden/hidden.test.cjs'), hiddenTest);
  for (const name of ['right', 'wrong', 'lame', 'sly']) await writeFile(path.join(folder, `${name}.jsonl`), name);
  await writeFile(file, JSON.stringify(scenario));
  return file;
}

type Work = (checkout: string) => Promise<Partial<GoalOutcome> | undefined>;

/** A runner without a model: what each variant does to a checkout is given by its name. Notes what it was asked. */
export function scriptedRunner(
  works: Readonly<Record<string, Work>>,
  asked: GoalAttempt[] = [],
  digest = 'scripted',
): GoalRunner {
  return {
    digest,
    async run(attempt) {
      asked.push(attempt);
      const special = await works[attempt.variant.name]?.(attempt.checkout);
      const git = (...args: string[]): Buffer => spawnSync('git', args, { cwd: attempt.checkout }).stdout;
      git('add', '--all');
      return {
        runId: `run-${asked.length}`,
        state: 'awaiting-approval',
        end: null,
        patch: git('diff', '--binary', '--cached', 'HEAD'),
        model: { label: 'no model', name: null },
        codex: null,
        usage: { ...noUsage, totalTokens: 10 * asked.length, inputTokens: 4, outputTokens: 6 },
        revisions: 0,
        replans: 0,
        findings: null,
        replay: { misses: 0, loose: 0 },
        ...special,
      };
    },
  };
}
