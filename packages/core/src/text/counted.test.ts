import { expect, it } from 'vitest';
import { counted } from './counted.js';

it.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
])('says %i of something in words: %s', (count, words) => {
  expect(counted(count, 'file')).toBe(words);
});

it('takes the plural that it is given', () => {
  expect([counted(1, 'entry', 'entries'), counted(3, 'entry', 'entries')]).toEqual(['1 entry', '3 entries']);
});
