import { expect, it } from 'vitest';
import type { StepContext } from '../engine/engine.js';
import type { TestReport } from '../role/outputs.js';
import type { Workspace } from '../workspace/workspace.js';
import { TestedTrees } from './tested-trees.js';

const [good, bad] = ['a'.repeat(40), 'b'.repeat(40)];

/** Trees of which one is red; a step is done at once. */
function world(commands: readonly (readonly string[])[]) {
  const restored: string[] = [];
  const steps: string[] = [];
  const report = (): TestReport => ({ passed: restored.at(-1) !== bad, commands: [], reason: null });
  const tests = new TestedTrees({
    ctx: {
      step: (name, fn) => {
        steps.push(name);
        return fn({ signal: new AbortController().signal } as StepContext);
      },
    },
    services: { dir: '/nowhere', runTests: () => Promise.resolve(report()) },
    workspace: { restore: (tree: string) => Promise.resolve(void restored.push(tree)) } as unknown as Workspace,
    commands,
    onTested: () => Promise.resolve(),
  });
  return { tests, restored, steps };
}

it('tests a tree once, in its files, and remembers what was said', async () => {
  const { tests, restored, steps } = world([['npm', 'test']]);
  for (const tree of [good, bad, good, bad]) expect(await tests.isGreen(tree, [])).toBe(tree === good);
  expect(restored).toEqual([good, bad]);
  expect(steps).toEqual(['test:1', 'test:2']);
  expect([tests.numberOf(bad), tests.numberOf('c'.repeat(40))]).toEqual([2, null]);
});

it('takes everything for green where there are no tests', async () => {
  const { tests, restored } = world([]);
  expect(await tests.isGreen(bad, [])).toBe(true);
  expect(restored).toEqual([]);
});
