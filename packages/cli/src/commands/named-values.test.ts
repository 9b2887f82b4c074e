import { expect, it } from 'vitest';
import { namedValues } from './named-values.js';

it('reads JSON as what it says, and anything else as a text', () => {
  expect([...namedValues('set', ['a=1', 'b=[“x”]', 'c=["x"]', 'd=', 'e=f=g'])]).toEqual([
    ['a', 1],
    ['b', '[“x”]'],
    ['c', ['x']],
    ['d', ''],
    ['e', 'f=g'],
  ]);
});

it('takes what has to be a text as it stands', () => {
  expect([...namedValues('set', ['id=1000', 'n=1'], (name) => name === 'id')]).toEqual([
    ['id', '1000'],
    ['n', 1],
  ]);
});

it('says how to write what was meant', () => {
  expect(() => namedValues('option', ['limit'])).toThrow(
    expect.objectContaining({ hint: 'Write it as --option limit=value.' }),
  );
});

it.each([
  [['a'], '--set a is no name=value.'],
  [['=1'], '--set =1 is no name=value.'],
  [['a=1', 'a=2'], '--set says two things about "a".'],
])('refuses %j', (given, message) => {
  expect(() => namedValues('set', given)).toThrow(message);
});
