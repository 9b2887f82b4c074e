import { expect, it } from 'vitest';
import { z } from 'zod';
import { fleetRecordSchema, goalsFileSchema } from '../src/goals/index.js';
import {
  approvalSchema,
  assetOfferSchema,
  assetReportSchema,
  configSchema,
  lintFileSchema,
  manifestSchema,
} from '../src/index.js';

it.each([
  ['config', configSchema],
  ['manifest', manifestSchema],
  ['approval', approvalSchema],
  ['lint', lintFileSchema],
  ['asset-offer', assetOfferSchema],
  ['asset-report', assetReportSchema],
  ['goals', goalsFileSchema],
  ['fleet', fleetRecordSchema],
])('schemas/%s.json is what the program checks (after a change: npm run generate)', async (name, schema) => {
  const published = { title: `codex-orch ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.json`);
});
