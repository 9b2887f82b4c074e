import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { greetAll } from './readme-example.js';
import { realPostgres } from './real-postgres.js';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

it('shows the example that is run here', async () => {
  await using postgres = await realPostgres();
  const url = await postgres.newDatabase();
  expect(await greetAll(url, ['Ada', 'Grace'])).toEqual(['Hello, Ada.', 'Hello, Grace.']);
  const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/engine-dbos'");
  expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});
