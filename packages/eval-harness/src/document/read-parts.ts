import { type PlacedProblem, readJson } from '@codex-orch/core';
import { z } from 'zod';

/** What a file says, as far as it is right. */
export interface ReadParts<T> {
  /** The fields that are right; all of them where there are no problems. */
  readonly parts: Partial<T>;
  readonly problems: readonly PlacedProblem[];
}

/**
 * Reads a JSON text of which what is right is to be judged further, so that all that is wrong is told at once, and not layer by layer.
 * Never throws.
 */
export function readParts<S extends z.ZodRawShape>(
  text: string,
  schema: z.ZodObject<S>,
): ReadParts<z.infer<z.ZodObject<S>>> {
  const { data, problems } = readJson(text, schema as z.ZodType<z.infer<z.ZodObject<S>>>);
  if (!problems) return { parts: data, problems: [] };
  const fields = readJson(text, z.record(z.string(), z.unknown())).data ?? {};
  const right = Object.entries(schema.shape).flatMap(([name, field]) => {
    const parsed = z.safeParse(field, fields[name]);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return { parts: Object.fromEntries(right) as Partial<z.infer<z.ZodObject<S>>>, problems };
}

/** Problems that were found one after the other, in the order of their places. */
export const inOrder = (problems: readonly PlacedProblem[]): readonly PlacedProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
