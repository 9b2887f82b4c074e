import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

test('the example of the README is the one in examples/, and it runs', async () => {
  const source = await read('../examples/scripted-agent.ts');
  expect(await read('../README.md')).toContain(source.replace(/^\/\*.*\*\/\n/, ''));

  const log = vi.spyOn(console, 'log').mockReturnValue();
  const example = '../examples/scripted-agent.ts';
  await import(example);

  expect(log.mock.calls).toEqual([['Hello to you.'], [[{ n: 1, scene: 'greeting', match: 'scripted', status: 200 }]]]);
});

test('every error code is explained', async () => {
  const readme = await read('../README.md');
  const sources = await Promise.all(
    ['../src/cassette/errors.ts', '../src/record/errors.ts', '../src/server/errors.ts'].map(read),
  );
  const codes = [...sources.join('').matchAll(/readonly code = '([a-z-]+)'/g)].map(([, code]) => code ?? '');

  expect(codes).toHaveLength(6);
  for (const code of codes) expect(readme).toContain(`\`${code}\``);
});
