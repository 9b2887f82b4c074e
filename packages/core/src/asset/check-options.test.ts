import { expect, it } from 'vitest';
import type { AssetOffer } from './asset-offer.js';
import { checkOptions, isReadableSchema } from './check-options.js';

const offer: AssetOffer = {
  id: 'rename',
  version: '1.0.0',
  kind: 'codemod',
  title: 'Rename',
  whenToUse: 'To rename.',
  optionsSchema: {
    type: 'object',
    properties: { from: { type: 'string' }, strict: { type: 'boolean' } },
    required: ['from'],
    additionalProperties: false,
  },
  risk: 'low',
  digest: 'a'.repeat(64),
};

it('takes what the schema allows', () => {
  expect(() => {
    checkOptions(offer, { from: 'a' });
  }).not.toThrow();
});

it.each([
  ['a missing option', {}, 'from'],
  ['one of another type', { from: 1 }, '"from": must be text'],
  ['one that there is not', { from: 'a', to: 'b' }, '"to"'],
  ['what is no object', 'from', 'must be an object'],
])('refuses %s', (_what, options, said) => {
  expect(() => {
    checkOptions(offer, options);
  }).toThrow(
    expect.objectContaining({ code: 'asset-options-invalid', message: expect.stringContaining(said) as string }),
  );
});

it('knows a schema that it cannot read', () => {
  expect(isReadableSchema(offer.optionsSchema)).toBe(true);
  expect(isReadableSchema({ $ref: '#/nowhere' })).toBe(false);
});
