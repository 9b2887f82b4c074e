import { judgeDocument } from '@codex-orch/core';
import type { ZodType } from 'zod';
import { baselineSchema } from '../baseline/baseline-schema.js';
import { readOverrides } from '../override/read-overrides.js';
import { policySchema } from '../policy/policy.js';
import { registrySchema } from '../registry/registry.js';
import type { Judge, Readers } from './readers.js';

const judgeBy =
  <T>(schema: ZodType<T>): Judge<T> =>
  (json) => {
    const { data, problems } = judgeDocument(schema, json);
    return problems ? { issues: problems } : { value: data };
  };

/** The readers that judge by a schema. */
export const schemaReaders: Omit<Readers, 'yaml'> = {
  registry: judgeBy(registrySchema),
  policy: judgeBy(policySchema),
  baseline: judgeBy(baselineSchema),
  overrides: readOverrides,
};
