import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ruleLinter } from './eval-rule.js';

const rules = `
const on = (selector, messages) => ({ meta: { schema: [], messages: { found: messages } }, create: (context) => ({ [selector]: (node) => context.report({ node, messageId: 'found' }) }) });
export const rules = {
  'no-a': on('Identifier[name="a"]', 'a'),
  'no-b': on('Identifier[name="b"]', 'b'),
  breaks: { meta: { schema: [] }, create: () => ({ 'Identifier[name="crash"]'() { throw new Error('broken'); } }) },
};`;

it('rules of a module look at a text together, each says only what is its own, and one that breaks breaks no other', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'eval-rule-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const module = path.join(folder, 'plugin.mjs');
  await writeFile(module, rules);
  const [a, b, breaks] = await Promise.all(['no-a', 'no-b', 'breaks'].map((id) => ruleLinter(id, module)));
  const said = (of: typeof a, code: string) => of?.linter.verify(code, 'x.js').map(({ message }) => message);
  expect(said(a, 'a(b, b)')).toEqual(['a']);
  expect(said(b, 'a(b, b)')).toEqual(['b', 'b']);
  expect(said(b, 'a()')).toEqual([]);
  expect(said(a, 'a(')).toEqual([expect.stringContaining('Parsing error')]);
  expect(said(a, 'crash(a)')).toEqual(['a']);
  expect(() => said(breaks, 'crash(a)')).toThrow('broken');
  expect(await ruleLinter('none', module)).toBeUndefined();
  // What another version of would have it see something else.
  for (const name of ['eslint', 'espree', '@typescript-eslint/parser', 'typescript'])
    expect(a?.runBy.split(' ')).toContainEqual(expect.stringMatching(new RegExp(`^${name}@\\d`)));
});

it('a rule gets its options, looks alone then, and refuses those that it does not take', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'eval-rule-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const module = path.join(folder, 'plugin.mjs');
  const schema = `[{ type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false }]`;
  await writeFile(
    module,
    `export const rules = { 'no-name': {
      meta: { schema: ${schema}, defaultOptions: [{ name: 'a' }], messages: { found: 'found' } },
      create: (context) => ({ Identifier: (node) => node.name === context.options[0].name && context.report({ node, messageId: 'found' }) }),
    } };`,
  );
  const [usual, other] = [await ruleLinter('no-name', module), await ruleLinter('no-name', module, { name: 'b' })];
  const found = (of: typeof usual) => of?.linter.verify('a(b, b)', 'x.js').length;
  expect([found(usual), found(other)]).toEqual([1, 2]);
  expect(other?.runBy).not.toBe(usual?.runBy);
  await expect(ruleLinter('no-name', module, { nam: 'b' })).rejects.toMatchObject({
    code: 'asset-options-invalid',
    message: expect.stringContaining('"nam"') as unknown,
  });
});
