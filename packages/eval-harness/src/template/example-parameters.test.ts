import { expect, it } from 'vitest';
import { exampleParameters } from './example-parameters.js';

const line = { type: 'string', minLength: 1, pattern: '^[^\\p{Cc}]*$' };

it('makes what a schema requires, and then what may be left out, one at a time', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$' },
      owners: { type: 'array', minItems: 1, items: line },
      tasks: { type: 'array', items: { type: 'object', properties: { title: line, note: line }, required: ['title'] } },
      risk: { enum: ['low', 'high'], default: 'low' },
      count: { type: 'integer', minimum: 3 },
      odd: { type: 'string', pattern: '^never-known$' },
    },
    required: ['id', 'owners', 'tasks'],
  };
  const least = { id: 'example', owners: ['An example'], tasks: [{ title: 'An example' }] };
  expect(exampleParameters(schema)).toEqual([
    { name: 'what is required', parameters: least },
    { name: 'with risk', parameters: { ...least, risk: 'low' }, mayBeRefused: true },
    { name: 'with count', parameters: { ...least, count: 3 }, mayBeRefused: true },
  ]);
});

it('makes none where it knows no value for what is required', () => {
  const odd = { type: 'string', pattern: '^never-known$' };
  expect(exampleParameters({ type: 'object', properties: { odd }, required: ['odd'] })).toEqual([]);
});
