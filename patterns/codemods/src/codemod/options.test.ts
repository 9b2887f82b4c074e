import { expect, test } from 'vitest';
import { count, flag, list, oneOf, readOptions, text } from './options.js';

const readers = { flag: flag(true), list, word: oneOf('a', 'b'), count: count(8), text: text('t') };
const read = (options: Record<string, unknown>) => readOptions('example', options, readers);

test('options have defaults', () => {
  expect(read({})).toEqual({ flag: true, list: undefined, word: 'a', count: 8, text: 't' });
});

test('options are read as a command line writes them', () => {
  const options = { flag: 'false', list: 'a, b', word: 'b', count: '3', text: 'u' };
  expect(read(options)).toEqual({ flag: false, list: ['a', 'b'], word: 'b', count: 3, text: 'u' });
  expect(read({ list: 'none' }).list).toEqual([]);
  expect(read({ list: ['a'] }).list).toEqual(['a']);
});

test.each([
  [{ flag: 1 }, 'example: option "flag" must be true or false'],
  [{ list: 1 }, 'example: option "list" must be a list of names, with commas between them, or none'],
  [{ word: 'c' }, 'example: option "word" must be one of: a, b'],
  [{ count: 0 }, 'example: option "count" must be a whole number from 1 on'],
  [{ text: '' }, 'example: option "text" must be a text that is not empty'],
  [{ other: 1 }, 'example: option "other" is unknown; it knows: flag, list, word, count, text'],
])('%j is refused in words', (options, message) => {
  expect(() => read(options)).toThrow(message);
});
