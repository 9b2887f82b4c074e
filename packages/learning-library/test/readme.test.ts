import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as library from '../src/index.js';
import { installed } from './index-world.js';
import { modernise } from './readme-example.js';
import { read, repository } from './world.js';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

it('shows the example that is run here', async () => {
  const index = await installed();
  const sure = await repository({ 'src/a.js': 'oldName();\n' });
  expect(await modernise(sure, index, 'rename-edits')).toMatch(/^1 files changed by [0-9A-Z]{26}$/);
  const unsure = await repository({ 'src/a.js': 'oldName();\n// oldName declines\n' });
  expect(await modernise(unsure, index, 'rename-edits')).toBe('1 files restored, because of src/a.js:2 It says so.');
  expect(await read(unsure, 'src/a.js')).toBe('oldName();\n// oldName declines\n');

  const example = (await text('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/learning-library'");
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});

it('names every error', async () => {
  const readme = await text('../README.md');
  const names = Object.keys(library).filter((name) => name.endsWith('Error'));
  expect(names.length).toBeGreaterThan(10);
  const codes = await Promise.all(
    ['application', 'catalogue', 'lane', 'selection'].map((folder) => text(`../src/${folder}/errors.ts`)),
  );
  const known = codes.flatMap((source) => [...source.matchAll(/readonly code = '([a-z-]+)'/g)].map(([, code]) => code));
  expect(known.filter((code) => !readme.includes(`\`${code ?? ''}\``))).toEqual([]);
});
