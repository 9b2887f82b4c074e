import { expect, test } from 'vitest';
import { PluginOptionsError } from './errors.js';
import { createNodes, type SpecGuardPluginOptions } from './spec-guard-target.js';

const [, infer] = createNodes;
const context = { nxJsonConfiguration: {}, workspaceRoot: '/nowhere' };

async function inferred(options?: SpecGuardPluginOptions) {
  const nodes = await infer(['tasks/index.json'], options, context);
  return nodes[0]?.[1].projects?.['tasks'];
}

test('the registry becomes a project that depends on all others and checks the specs, never from a cache', async () => {
  const project = await inferred();
  expect(project).toMatchObject({
    name: 'specs',
    implicitDependencies: ['*'],
    targets: { 'spec-guard': { command: 'codex-orch guard check', cache: false } },
  });
});

test('target and project can have other names', async () => {
  const project = await inferred({ targetName: 'guard', projectName: 'registry' });
  expect(project?.name).toBe('registry');
  expect(Object.keys(project?.targets ?? {})).toEqual(['guard']);
});

test.each([
  [{ target: 'guard' }, /"target" of @codex-orch\/nx is unknown; known are targetName and projectName/],
  [{ targetName: 1 }, /"targetName" of @codex-orch\/nx must be a text/],
])('%j is refused', async (options, message) => {
  const refused = inferred(options as SpecGuardPluginOptions);
  await expect(refused).rejects.toThrow(PluginOptionsError);
  await expect(refused).rejects.toThrow(message);
});
