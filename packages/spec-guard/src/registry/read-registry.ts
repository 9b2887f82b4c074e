import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { duplicateKeyProblem } from '../check/duplicate-key.js';
import { irregularProblem } from '../check/irregular.js';
import { type Position, positionAt, type Problem } from '../check/position.js';
import type { SourceFile } from '../check/check-input.js';
import type { Issue, Judge } from '../check/readers.js';
import { migrateRegistry } from './migrate.js';
import { plainRegistry } from './plain-registry.js';
import type { Registry } from './registry.js';

/** A registry of more characters than this is refused unread. */
export const MAX_REGISTRY = 32 * 1024 * 1024;

/** What became of reading a registry. */
export interface ParsedRegistry {
  /** Undefined when anything is wrong. */
  readonly registry: Registry | undefined;
  readonly problems: readonly Problem[];
  /** The older shape was brought to today's in memory; the file still has it. */
  readonly migrated: boolean;
  /** The place of an entry or a field, e.g. `['specs', 3, 'path']`; of the nearest thing around it where it is not there. */
  readonly positionOf: (path: readonly (string | number)[]) => Position;
}

const registries = new WeakMap<SourceFile, ParsedRegistry>();

/** What {@link readRegistry} says of a file; it is read once. */
export function registryOf(file: SourceFile, judge: Judge<Registry>): ParsedRegistry {
  let parsed = registries.get(file);
  if (parsed === undefined) {
    parsed = readRegistry(file, judge);
    registries.set(file, parsed);
  }
  return parsed;
}

/** Reads `tasks/index.json` and says the line and column of what is wrong; `judge` judges what is not plainly right. */
export function readRegistry(
  { text: source, irregular }: Pick<SourceFile, 'text' | 'irregular'>,
  judge: Judge<Registry>,
): ParsedRegistry {
  // A byte order mark counts as no column.
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const start = { line: 1, column: 1 };
  const broken = (
    problems: readonly Problem[],
    positionOf: ParsedRegistry['positionOf'] = () => start,
  ): ParsedRegistry => ({
    registry: undefined,
    problems,
    migrated: false,
    positionOf,
  });
  if (irregular) return broken([irregularProblem(irregular)]);
  if (text.length > MAX_REGISTRY)
    return broken([{ message: `it has ${text.length} characters; more than ${MAX_REGISTRY} are not read`, ...start }]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return broken([syntaxProblem(text)]);
  }
  const positionOf = lazyPositions(text);
  const duplicate = duplicateKeyProblem(text, json);
  if (duplicate) return broken([duplicate]);
  const plain = plainRegistry(json);
  if (plain) return { registry: plain, problems: [], migrated: false, positionOf };
  const migrated = migrateRegistry(json);
  const judged = judge(migrated ?? json);
  if ('issues' in judged) return broken(schemaProblems(judged.issues, positionOf), positionOf);
  return { registry: judged.value, problems: [], migrated: migrated !== undefined, positionOf };
}

function syntaxProblem(text: string): Problem {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch {
    return { message: 'it is no JSON: it is nested too deeply', line: 1, column: 1 };
  }
  const [first] = errors;
  if (!first) return { message: 'it is no JSON', line: 1, column: 1 };
  const what = printParseErrorCode(first.error)
    .replaceAll(/([A-Z])/g, ' $1')
    .trim()
    .toLowerCase();
  return { message: `it is no JSON: ${what}`, ...positionAt(text, first.offset) };
}

/** Where things are is only worked out when somebody asks: most files have nothing to tell. */
function lazyPositions(text: string): ParsedRegistry['positionOf'] {
  let root: Node | undefined | null = null;
  return (path) => {
    try {
      if (root === null) root = parseTree(text);
    } catch {
      root = undefined;
    }
    for (let length = path.length; root && length >= 0; length -= 1) {
      const node = findNodeAtLocation(root, path.slice(0, length));
      if (node) return positionAt(text, node.offset);
    }
    return { line: 1, column: 1 };
  };
}

const MAX_PROBLEMS = 20;

function schemaProblems(issues: readonly Issue[], positionOf: ParsedRegistry['positionOf']): readonly Problem[] {
  return issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    const place = path.filter((part) => typeof part !== 'symbol');
    return { message: `${place.join('.') || 'it'}: ${message}`, ...positionOf(place) };
  });
}
