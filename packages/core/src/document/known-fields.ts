import type { z } from 'zod';

/** The fields that a schema knows at a place of the data. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const fields = schemasAt(schema, path).flatMap(({ _zod: { def } }) => Object.keys((def as Definition).shape ?? {}));
  return [...new Set(fields)].filter((name) => name !== '$schema');
}

/** What is looked at of a schema's definition; each kind of schema has some of it. */
interface Definition {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  /** Of a pipe, what is read. */
  readonly in?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly left?: z.core.$ZodType;
  readonly right?: z.core.$ZodType;
}

function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly z.core.$ZodType[] {
  const def = schema._zod.def as Definition;
  const wrapped = [def.innerType, def.in, def.left, def.right, ...(def.options ?? [])].filter(
    (one) => one !== undefined,
  );
  if (wrapped.length > 0) return wrapped.flatMap((one) => schemasAt(one, path));
  const [first, ...rest] = path;
  if (first === undefined) return [schema];
  const next = def.shape?.[String(first)] ?? def.element ?? def.items?.[Number(first)] ?? def.valueType;
  return next === undefined ? [] : schemasAt(next, rest);
}
