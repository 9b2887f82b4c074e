import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runEvaluation, type Sandbox } from '@codex-orch/eval-harness';
import { loadIndex } from '@codex-orch/learning-library';
import { renderTemplate, templates } from '@codex-orch/templates';
import { expect, it, onTestFinished } from 'vitest';
import { evaluatedTemplates, examplesOf } from '../src/commands/eval-templates.js';
import { addTemplate, makeIndex } from './asset-index.js';

const folder = async (): Promise<string> => {
  const made = await mkdtemp(path.join(tmpdir(), 'eval-templates-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
};

it('has for every template of ours parameters that it takes, and readers for specs and code', async () => {
  for (const { id } of templates) {
    const examples = examplesOf(id);
    expect(examples.length, id).toBeGreaterThan(0);
    const [least] = examples;
    expect(renderTemplate(id, least?.parameters).length, id).toBeGreaterThan(0);
  }
});

it('has a template reproduce the fixtures that its entry names', async () => {
  const root = await folder();
  const index = await makeIndex(root);
  await addTemplate(index, 'spec', { fixtures: { path: 'fixtures/spec', kinds: {}, derived: [] } });
  const place = path.join(path.dirname(index), 'fixtures/spec/refunds');
  const parameters = { id: '0042', title: 'Refunds', owners: ['ada'], covers: ['src/**'] };
  const [file] = renderTemplate('spec', parameters);
  const put = async (text: string): Promise<void> => {
    await mkdir(path.join(place, 'files/tasks/specs'), { recursive: true });
    await writeFile(path.join(place, 'parameters.json'), JSON.stringify(parameters));
    await writeFile(path.join(place, 'files', file?.path ?? ''), text);
  };
  const judge = async (id: string) => {
    const loaded = await loadIndex(index);
    const found = await evaluatedTemplates(loaded, { assets: loaded.index.assets, areNamed: false });
    const { templates: results } = await runEvaluation({
      ...{ id, runsDir: path.join(root, 'runs'), targets: [], assets: [], env: {}, sandbox: noSandbox },
      templates: found.map(({ evaluated }) => evaluated),
    });
    return results;
  };
  await put(file?.text ?? '');
  expect(await judge('first')).toMatchObject([
    { template: 'spec', verdict: 'passed', fixtures: 1, read: { 'spec-guard': 7 } },
  ]);
  await put('---\n---\n');
  expect(await judge('second')).toMatchObject([
    {
      verdict: 'failed',
      causes: [{ kind: 'not-the-fixture', example: 'refunds', message: /refunds\.md has another text/ }],
    },
  ]);
});

/** Nothing is run in it. */
const noSandbox: Sandbox = { name: 'none', wrap: () => Promise.reject(new Error('nothing is to be run')) };
