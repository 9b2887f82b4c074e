import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords } from '../src/count.js';

test('puts the most frequent word first, and equals by alphabet', () => {
  assert.deepEqual(countWords('to be or not to be'), [['be', 2], ['to', 2], ['not', 1], ['or', 1]]);
});

test('ignores case and punctuation', () => {
  assert.deepEqual(countWords('Yes, yes. YES!'), [['yes', 3]]);
});
