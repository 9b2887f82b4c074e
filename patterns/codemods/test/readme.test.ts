import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { codemodIds, fixturesOf, loadCodemod } from './fixtures.js';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
const readme = await read('../README.md');

test('the example of the README is the one in examples/, and it prints what is said', async () => {
  const source = await read('../examples/modernise.ts');
  expect(readme).toContain(source.replace(/^\/\*.*\*\/\n/, ''));

  const log = vi.spyOn(console, 'log').mockReturnValue();
  const example = '../examples/modernise.ts';
  await import(example);

  expect(log.mock.calls).toHaveLength(2);
  for (const [printed] of log.mock.calls) expect(readme).toContain(`\`${String(printed)}\``);
});

const rows = new Map(
  [...readme.matchAll(/^\| `([a-z0-9-]+)` \| .* \| (.*) \| (.*) \|$/gm)].map(([, id, options, declines]) => [
    id ?? '',
    { options: namesIn(options), declines: namesIn(declines) },
  ]),
);

function namesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([A-Za-z-]+)`/g)].map(([, name]) => name ?? '').toSorted();
}

test('the table has every codemod, and no other', () => {
  expect([...rows.keys()]).toEqual(codemodIds);
});

test.each(codemodIds)('the table has the options of %s', async (id) => {
  const { codemod } = await loadCodemod(id);
  let message = '';
  try {
    codemod.transform({ path: 'a.js', source: '' }, { '?': true });
  } catch (error) {
    message = String(error);
  }
  const known = /it knows: (.*)$/.exec(message)?.[1]?.replace(/^none$/, '') ?? 'not told';
  expect(rows.get(id)?.options).toEqual(known.split(', ').filter(Boolean).toSorted());
  for (const option of rows.get(id)?.options ?? []) expect(readme).toMatch(new RegExp(`^- .*\`${option}\``, 'm'));
});

test.each(codemodIds)(
  'the table has the reasons for which %s declines, and fixtures show each of them and no other',
  async (id) => {
    const documented = /Declines: ([^.]+)\./.exec(await read(`../src/transforms/${id}.ts`))?.[1];
    const shown = fixturesOf(id).flatMap(({ declined }) => declined.map(({ reason }) => reason));
    expect(rows.get(id)?.declines).toEqual(namesIn(documented));
    expect([...new Set(shown)].toSorted()).toEqual(namesIn(documented));
  },
);
