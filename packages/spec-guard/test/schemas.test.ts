import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baselineSchema, EMPTY_REGISTRY, overrideSchema, policySchema, registrySchema } from '../src/index.js';
import { goodSpec, indexFile } from './world.js';

const schemas = [
  ['index', registrySchema],
  ['guard', policySchema],
  ['guard-baseline', baselineSchema],
  ['guard-override', overrideSchema],
] as const;

const published = (name: string, schema: z.ZodType): Readonly<Record<string, unknown>> => ({
  title: `codex-orch ${name}`,
  ...z.toJSONSchema(schema, { io: 'input' }),
});

it.each(schemas)(
  'schemas/%s.json is what the program checks (after a change: npm run generate)',
  async (name, schema) => {
    await expect(`${JSON.stringify(published(name, schema), undefined, 2)}\n`).toMatchFileSnapshot(
      `../schemas/${name}.json`,
    );
  },
);

describe('the published schema of the registry', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(published('index', registrySchema));

  it('accepts our own registry, an empty one and one with approvals', async () => {
    const own = await readFile(new URL('../../../tasks/index.json', import.meta.url), 'utf8');
    for (const text of [own, EMPTY_REGISTRY, indexFile([goodSpec().entry]).text]) {
      validate(JSON.parse(text));
      expect(validate.errors).toBeNull();
    }
  });

  it('refuses what the program refuses', () => {
    expect(validate({ schemaVersion: 2 })).toBe(false);
    expect(validate({ specs: [{ id: '1', path: 'a', status: 'finished' }] })).toBe(false);
  });
});
