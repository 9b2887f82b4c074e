import { expect, it } from 'vitest';
import { aboutPaths, saysName, sharedWords } from './goal-words.js';

it.each([
  ['Get rid of lodash', 'lodash-to-native Replaces calls of lodash', 1],
  ['Migrate to Buffer.from', 'Migration of the constructor of Buffer', 2],
  ['Use it with the files', 'Use it where the files are with you', 0],
  ['Behebe die Größe', 'größe', 1],
  ['', 'anything', 0],
])('of "%s" and "%s" there are %i', (goal, description, count) => {
  expect(sharedWords(goal, description)).toBe(count);
});

it.each([
  ['Tidy src/invoice/total.js', 'src/invoice/total.js', true],
  ['Tidy everything below src/invoice/.', 'src/invoice/deep/rate.js', true],
  ['Tidy total.js', 'lib/total.js', true],
  ['Tidy total.js', 'lib/subtotal.js', false],
  ['Make the invoice easier to read', 'src/customerInvoice.js', true],
  ['Make the invoice easier to read', 'src/order.js', false],
  ['Add a test of the main index', 'src/index.test.js', false],
])('a goal such as "%s" is about %s: %s', (goal, path, isAbout) => {
  expect(aboutPaths(goal)(path)).toBe(isAbout);
});

it.each([
  ['Write specs for refunds', 'spec', true],
  ['Prepare the review checklist of refunds', 'review-checklist', true],
  ['Mend the list of tasks', 'task-list', false],
  ['Do something specific', 'spec', false],
])('of "%s" and the template "%s" it says %s that the goal calls it by its name', (goal, name, says) => {
  expect(saysName(goal, name)).toBe(says);
});
