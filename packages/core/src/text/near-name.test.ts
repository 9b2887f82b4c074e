import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearName } from './near-name.js';

const fields = ['id', 'goal', 'depends_on', 'paths', 'environment'];

it.each([
  ['gaol', 'goal'],
  ['Goal', 'goal'],
  ['dependsOn', 'depends_on'],
  ['depend_on', 'depends_on'],
  ['enviroment', 'environment'],
  ['path', 'paths'],
  ['colour', undefined],
  ['', undefined],
])('takes %j for %j', (said, meant) => {
  expect(nearName(said, fields)).toBe(meant);
});

it('finds a name again that lost, gained or changed a letter', () => {
  const name = fc.stringMatching(/^[a-z]{4,20}$/);
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('', 'q', 'keep'), (word, at, put) => {
      const place = at % word.length;
      const letter = put === 'keep' ? `q${word[place] ?? ''}` : put;
      expect(nearName(`${word.slice(0, place)}${letter}${word.slice(place + 1)}`, [word])).toBe(word);
    }),
  );
});
