import { readFile } from 'node:fs/promises';
import { judgeDocument, readJson } from '@codex-orch/core';
import { z } from 'zod';
import { type Cassette, cassetteVersion, headerSchema } from './cassette.js';
import { CassetteInvalidError, CassetteUnreadableError, CassetteVersionError } from './errors.js';
import type { RecordedEntry } from './recording.js';
import { type Scene, sceneSchema } from './scene.js';
import { lengthen, storedEntrySchema } from './shared-items.js';

interface Line {
  readonly number: number;
  readonly value: unknown;
  readonly text: string;
}

function parseLines(path: string, text: string): Line[] {
  const lines = text.split('\n');
  // Every entry is written with its line end; what has none was cut off by a crash.
  const complete = text.endsWith('\n') ? lines.length : lines.length - 1;
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [{ number: index + 1, value: JSON.parse(line) as unknown, text: line }];
    } catch {
      if (index >= complete && index > 0) return [];
      throw faultIn(path, { number: index + 1, text: line }, z.unknown());
    }
  });
}

function check<T>(path: string, line: Line, schema: z.ZodType<T>): T {
  const { data, problems } = judgeDocument(schema, line.value);
  if (problems) throw faultIn(path, line, schema);
  return data;
}

/** What is wrong with a line, with the columns. */
function faultIn(
  path: string,
  { number, text }: Pick<Line, 'number' | 'text'>,
  schema: z.ZodType,
): CassetteInvalidError {
  const problems = readJson(text, schema).problems ?? [];
  const told = problems.map(({ message }) => message).join('; ');
  return new CassetteInvalidError(path, number, told, problems[0]?.column);
}

function readScenes(path: string, lines: readonly Line[]): Scene[] {
  const lineOf = new Map<string, number>();
  return lines.map((line) => {
    const scene = check(path, line, sceneSchema);
    const earlier = lineOf.get(scene.scene);
    if (earlier !== undefined)
      throw new CassetteInvalidError(path, line.number, `line ${earlier} has a scene called "${scene.scene}" too`);
    lineOf.set(scene.scene, line.number);
    return scene;
  });
}

function readEntries(path: string, lines: readonly Line[]): RecordedEntry[] {
  const entries = new Map<number, RecordedEntry>();
  for (const line of lines) {
    const stored = check(path, line, storedEntrySchema);
    if (entries.has(stored.entry))
      throw new CassetteInvalidError(path, line.number, `a second entry has the number ${stored.entry}`);
    const entry = lengthen(stored, entries);
    if (entry === undefined)
      throw new CassetteInvalidError(
        path,
        line.number,
        `request.after: no line before has the entry ${stored.request.after ?? 0}`,
      );
    entries.set(entry.entry, entry);
  }
  // The file is in the order of the answers, which parallel requests can swap.
  return [...entries.values()].sort((a, b) => a.entry - b.entry);
}

/**
 * Reads a cassette. A last line that a crash cut off is left out.
 *
 * Throws {@link CassetteUnreadableError}, {@link CassetteVersionError}, or {@link CassetteInvalidError} with the line at fault.
 */
export async function readCassette(path: string): Promise<Cassette> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CassetteUnreadableError(path, cause);
  }
  const [first, ...rest] = parseLines(path, text);
  if (first === undefined)
    throw new CassetteInvalidError(path, 1, 'the header line {"cassette":1,"kind":…} is missing');
  const { cassette, kind, ...meta } = check(path, first, headerSchema);
  if (cassette !== cassetteVersion) throw new CassetteVersionError(path, cassette);
  return kind === 'script'
    ? { kind, meta, scenes: readScenes(path, rest) }
    : { kind, meta, entries: readEntries(path, rest) };
}
