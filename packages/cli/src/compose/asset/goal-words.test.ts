import { expect, it } from 'vitest';
import { sharedWords } from './goal-words.js';

it.each([
  ['Get rid of lodash', 'lodash-to-native Replaces calls of lodash', 1],
  ['Migrate to Buffer.from', 'Migration of the constructor of Buffer', 2],
  ['Use it with the files', 'Use it where the files are with you', 0],
  ['Behebe die Größe', 'größe', 1],
  ['', 'anything', 0],
])('of "%s" and "%s" there are %i', (goal, description, count) => {
  expect(sharedWords(goal, description)).toBe(count);
});
