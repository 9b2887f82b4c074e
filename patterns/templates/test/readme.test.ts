import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { templates } from '../src/index.js';
import { checklist, file } from '../examples/render-a-spec.js';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

test('the example of the README is the one in examples/, and it runs', async () => {
  const example = (await read('../examples/render-a-spec.ts')).replace(/^\/\*.*\*\/\n/, '');
  expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  expect(file?.path).toBe('tasks/specs/0042-refunds.md');
  expect(checklist?.text).toContain('# Review: Refunds');
});

test('the README has every template, with its title and when to use it', async () => {
  const readme = await read('../README.md');
  for (const { id, title, whenToUse } of templates) expect(readme).toContain(`| \`${id}\` | ${title} | ${whenToUse} |`);
});
