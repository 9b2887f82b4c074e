import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import * as adapter from '../src/index.js';
import { CloudWorld, greet } from './cloud-world.js';
import { doInTheCloud } from './readme-example.js';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

it('shows the example that is run here', async () => {
  await using world = await CloudWorld.make({ script: () => ({ diffs: [greet('a longer one', 2), greet('short')] }) });
  const { launch, root, workspace } = world;
  expect(await doInTheCloud(launch, path.join(root, 'run'), workspace.tree, 'Greet.')).toBe(
    'completed: Task task_e_1 of Codex Cloud, attempt 2 of 2: 2 changed lines.',
  );
  expect(await readFile(path.join(workspace.tree, 'greeting.txt'), 'utf8')).toBe('short\n');
  const example = (await text('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/cloud-adapter'");
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});

it('names every error', async () => {
  const readme = await text('../README.md');
  const sources = await Promise.all(
    [
      'cli/errors',
      'task/errors',
      'task/store',
      'task/resolve-submission',
      'attempt/fetch-attempts',
      'driver/errors',
      'sync/errors',
    ].map((name) => text(`../src/${name}.ts`)),
  );
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/readonly code = '([a-z-]+)'/g)].map(([, code]) => code),
  );
  expect(codes).toHaveLength(Object.keys(adapter).filter((name) => name.endsWith('Error')).length);
  expect(codes.filter((code) => !readme.includes(`\`${code ?? ''}\``))).toEqual([]);
});
