import { barePlanSchema, proposedPlanSchema, reviewSchema } from '@codex-orch/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from './json-schema.js';

interface Node {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

const objectsIn = (node: unknown): Node[] => {
  if (typeof node !== 'object' || node === null) return [];
  return [...((node as Node).type === 'object' ? [node as Node] : []), ...Object.values(node).flatMap(objectsIn)];
};

test.each([
  ['plan', barePlanSchema],
  ['plan with assets', proposedPlanSchema],
  ['review', reviewSchema],
])('the schema of a %s is one that strict structured outputs accept', (_, schema) => {
  const objects = objectsIn(toJsonSchema(schema));

  expect(objects.length).toBeGreaterThan(1);
  for (const { properties, required, additionalProperties } of objects) {
    expect(additionalProperties).toBe(false);
    expect(required).toEqual(Object.keys(properties ?? {}));
  }
  expect(JSON.stringify(toJsonSchema(schema))).not.toMatch(/"(minLength|maxLength|\$schema)"/);
});

test('a field may be named like a keyword that is left out', () => {
  const schema = toJsonSchema(z.strictObject({ maxLength: z.string().max(3) }));

  expect(schema).toMatchObject({ properties: { maxLength: { type: 'string' } }, required: ['maxLength'] });
});
