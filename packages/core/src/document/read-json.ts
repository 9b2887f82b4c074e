import type { z } from 'zod';
import { type DocumentProblem, judgeDocument, problemLine } from './judge-document.js';
import { JsonFault, type JsonNode, jsonText } from './json-text.js';

/** What is wrong at one place of a file that somebody wrote. */
export interface PlacedProblem extends Pick<DocumentProblem, 'params'> {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** With the name of the place, e.g. `"limits.minutes": must be a number, but is text`. */
  readonly message: string;
  /** Where it is in the data; empty for the whole, and where the text is no JSON. */
  readonly path: readonly PropertyKey[];
}

export type ReadJson<T> =
  | { readonly data: T; readonly problems?: undefined }
  | { readonly data?: undefined; readonly problems: readonly PlacedProblem[] };

/** Reads a JSON text by a schema: what it says, or all that is wrong with it, where, and in plain words. Never throws. */
export function readJson<T>(text: string, schema: z.ZodType<T>): ReadJson<T> {
  // A byte order mark counts as no column.
  const source = text.replace(/^\uFEFF/, '');
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    const fault = jsonText(source);
    const { offset, message } = fault instanceof JsonFault ? fault : { offset: 0, message: 'it cannot be read' };
    return { problems: [{ ...positionsIn(source)(offset), message: `it is no JSON: ${message}`, path: [] }] };
  }
  const { data, problems } = judgeDocument(schema, json);
  if (!problems) return { data };
  return { problems: placeProblems(source, problems) };
}

/** What was found wrong with what a JSON text says, with where that stands; in its order. */
export function placeProblems(text: string, problems: readonly DocumentProblem[]): readonly PlacedProblem[] {
  const source = text.replace(/^\uFEFF/, '');
  const root = jsonText(source);
  const placed = problems.map((problem) => ({
    offset: root instanceof JsonFault ? 0 : offsetOf(root, problem.path, problem.key),
    problem,
  }));
  const positionOf = positionsIn(source);
  return placed
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, problem: { path, params, ...problem } }) => ({
      ...positionOf(offset),
      message: problemLine({ ...problem, path }),
      path,
      params,
    }));
}

/** More problems of one file than these are only counted. */
const maxProblems = 20;

/** All problems of a file, each on a line of its own that an editor can follow. */
export function problemsOf(
  file: string,
  problems: readonly Pick<PlacedProblem, 'line' | 'column' | 'message'>[],
): string {
  const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const more = lines.length - maxProblems;
  return [...lines.slice(0, maxProblems), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

/** Where a value stands, or the nearest that there is around it; with a key, where that name stands in it. */
function offsetOf(root: JsonNode, path: readonly PropertyKey[], key: string | undefined): number {
  let node = root;
  for (const part of path) {
    const next = typeof part === 'number' ? node.items?.[part] : node.fields?.get(String(part))?.value;
    if (!next) return node.start;
    node = next;
  }
  return (key === undefined ? undefined : node.fields?.get(key)?.start) ?? node.start;
}

/** Tells where offsets are, each no lower than the one before: a file can have as many problems as characters. */
function positionsIn(text: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      line += 1;
      start = end + 1;
    }
    return { line, column: offset - start + 1 };
  };
}
