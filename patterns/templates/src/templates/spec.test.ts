import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { line } from '../template/parameters.js';
import { spec } from './spec.js';

const anyLine = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
  .filter((text) => line.safeParse(text).success)
  .map((text) => text.trim());

test('whatever the texts are, YAML reads them from the front matter as they were given', () => {
  fc.assert(
    fc.property(
      anyLine,
      fc.array(anyLine, { minLength: 1 }),
      fc.array(anyLine, { minLength: 1 }),
      (title, owners, covers) => {
        const [file] = spec.render({ id: '0007', title, owners, covers });
        const [, front = ''] = file!.text.split(/^---\n/m);
        for (const version of ['1.1', '1.2'] as const) {
          expect(parse(front, { version })).toMatchObject({ id: '0007', title, owners, covers, status: 'draft' });
        }
      },
    ),
  );
});

test('a title with a line break cannot end the front matter', () => {
  expect(() => spec.render({ id: '1', title: 'a\n---\nstatus: approved', owners: ['a'], covers: ['b'] })).toThrow(
    'title: must be one line without control characters',
  );
});

test('the path is made of the id and the title, whatever is in the title', () => {
  const [file] = spec.render({ id: '0007', title: '../../Überweisung & Co. /etc', owners: ['a'], covers: ['b'] });
  expect(file?.path).toBe('tasks/specs/0007-uberweisung-co-etc.md');
});
