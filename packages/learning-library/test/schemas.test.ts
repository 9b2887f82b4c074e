import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { applicationSchema, applyAssets, EMPTY_INDEX, indexSchema, parseIndex, readApplication } from '../src/index.js';
import { version } from '../src/version.js';
import { asset, rename, repository } from './world.js';
import { entry, indexText } from './index-world.js';

const published = (name: string, schema: z.ZodType): Readonly<Record<string, unknown>> => ({
  title: `codex-orch patterns ${name}`,
  ...z.toJSONSchema(schema, { io: 'input' }),
});

it.each([
  ['index', indexSchema],
  ['application', applicationSchema],
] as const)('schemas/%s.json is what the program checks (after a change: npm run generate)', async (name, schema) => {
  await expect(`${JSON.stringify(published(name, schema), undefined, 2)}\n`).toMatchFileSnapshot(
    `../schemas/${name}.json`,
  );
});

function validator(name: string, schema: z.ZodType) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(published(name, schema));
}

it('publishes a schema of the index that accepts and refuses what the program does', () => {
  const validate = validator('index', indexSchema);
  for (const text of [EMPTY_INDEX, indexText([entry()])]) {
    expect(parseIndex(text).problems).toEqual([]);
    expect(validate(JSON.parse(text))).toBe(true);
  }
  const wrong = indexText([entry({ version: 'one' })]);
  expect(parseIndex(wrong).problems).toMatchObject([{ code: 'malformed', where: 'assets.0.version' }]);
  expect(validate(JSON.parse(wrong))).toBe(false);
});

it('publishes a schema that its own records satisfy', async () => {
  const root = await repository({ 'a.js': 'oldName();\n' });
  await applyAssets({ root, assets: [await asset(rename)] });
  expect(validator('application', applicationSchema)(await readApplication(root, 'latest'))).toBe(true);
});

it('knows its own version', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(version).toBe(manifest.version);
});
