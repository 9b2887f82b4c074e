import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { SourceFile } from './check-input.js';
import { duplicateKeyProblem } from './duplicate-key.js';
import { irregularProblem } from './irregular.js';
import { positionAt, type Problem } from './position.js';
import type { Judge } from './readers.js';

/** Larger files of the guard's own are refused unread. */
const MAX_FILE = 4 * 1024 * 1024;

export interface ParsedFile<T> {
  /** Undefined when anything is wrong. */
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a JSON file of the guard: `plain` what is plainly right, and `judge` what it gives no answer to. */
export function readJsonFile<T>(
  { text, irregular }: Pick<SourceFile, 'text' | 'irregular'>,
  plain: (json: unknown) => T | undefined,
  judge: Judge<T>,
): ParsedFile<T> {
  const fail = (problems: readonly Problem[]): ParsedFile<T> => ({ value: undefined, problems });
  if (irregular) return fail([irregularProblem(irregular)]);
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
  const duplicate = duplicateKeyProblem(source, json);
  if (duplicate) return fail([duplicate]);
  const found = plain(json);
  const judged = found === undefined ? judge(json) : { value: found };
  if ('value' in judged) return { value: judged.value, problems: [] };
  const root = parseTree(source);
  return fail(
    judged.issues.slice(0, 20).map(({ path, message }) => {
      const place = path.filter((part) => typeof part !== 'symbol');
      let offset = 0;
      for (let length = place.length; root && length > 0 && offset === 0; length -= 1)
        offset = findNodeAtLocation(root, place.slice(0, length))?.offset ?? 0;
      return { message: `${place.join('.') || 'it'}: ${message}`, ...positionAt(source, offset) };
    }),
  );
}
