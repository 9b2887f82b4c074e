import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { ZodType } from 'zod';
import type { SourceFile } from '../check/check-input.js';
import { positionAt, type Problem } from '../check/position.js';
import { type Policy, policySchema } from './policy.js';

/** Larger files of the guard's own are refused unread. */
const MAX_FILE = 4 * 1024 * 1024;

export interface ParsedFile<T> {
  /** Undefined when anything is wrong. */
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a JSON file of the guard by its schema. Never throws. */
export function parseJsonFile<T>(
  { text, irregular }: Pick<SourceFile, 'text' | 'irregular'>,
  schema: ZodType<T>,
): ParsedFile<T> {
  const fail = (problems: readonly Problem[]): ParsedFile<T> => ({ value: undefined, problems });
  if (irregular) return fail([{ message: `it is no readable file (${irregular})`, line: 1, column: 1 }]);
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (source.length > MAX_FILE)
    return fail([{ message: `it is longer than ${MAX_FILE} characters`, line: 1, column: 1 }]);
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    const errors: { readonly offset: number }[] = [];
    try {
      parseTree(source, errors as never[], { disallowComments: true, allowTrailingComma: false });
    } catch {
      // Nested deeper than the stack: the start of the file will do.
    }
    return fail([{ message: 'it is no JSON', ...positionAt(source, errors[0]?.offset ?? 0) }]);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const root = parseTree(source);
  return fail(
    parsed.error.issues.slice(0, 20).map(({ path, message }) => {
      const place = path.filter((part) => typeof part !== 'symbol');
      let offset = 0;
      for (let length = place.length; root && length > 0 && offset === 0; length -= 1)
        offset = findNodeAtLocation(root, place.slice(0, length))?.offset ?? 0;
      return { message: `${place.join('.') || 'it'}: ${message}`, ...positionAt(source, offset) };
    }),
  );
}

export const defaultPolicy: Policy = policySchema.parse({});

/** Reads the policy; without a file, the quiet default holds. Never throws. */
export function parsePolicy(file: SourceFile | undefined): ParsedFile<Policy> {
  return file ? parseJsonFile(file, policySchema) : { value: defaultPolicy, problems: [] };
}
