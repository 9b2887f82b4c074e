import { z } from 'zod';
import type { JsonSchema } from './model-source.js';

// Structured outputs refuse these; the answer is held to the zod schema afterwards anyway.
const unsupported = new Set(['$schema', 'minLength', 'maxLength', 'default']);

const withoutUnsupported = (node: unknown, isPropertyMap = false): unknown => {
  if (Array.isArray(node)) return node.map((item) => withoutUnsupported(item));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => isPropertyMap || !unsupported.has(key))
      .map(([key, value]) => [key, withoutUnsupported(value, !isPropertyMap && key === 'properties')]),
  );
};

/** The JSON Schema of a zod schema, as far as strict structured outputs understand it. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return withoutUnsupported(z.toJSONSchema(schema)) as JsonSchema;
}
