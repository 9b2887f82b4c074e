import { expect, it } from 'vitest';
import { z } from 'zod';
import { approvalSchema, configSchema, manifestSchema } from '../src/index.js';

it.each([
  ['config', configSchema],
  ['manifest', manifestSchema],
  ['approval', approvalSchema],
])(
  'schemas/%s.json is what the program checks (after a change: npx vitest run --project core schemas --update)',
  async (name, schema) => {
    const published = { title: `codex-orch ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) };
    await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.json`);
  },
);
