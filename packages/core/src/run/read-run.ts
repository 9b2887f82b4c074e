import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GoalEvent, parseGoalEvent } from '../goal/events.js';
import { advance, initialState } from '../goal/machine.js';
import type { GoalState } from '../goal/state.js';
import type { LogLine } from '../log/line.js';
import { type LogContent, readLog } from '../log/read-log.js';
import { RunCorruptError } from './errors.js';
import { deriveManifest, type Manifest, manifestSchema } from './manifest.js';
import type { RunLocation } from './run-layout.js';

export const eventsFile = (dir: string): string => path.join(dir, 'events.jsonl');
export const manifestFile = (dir: string): string => path.join(dir, 'manifest.json');

/** The head in the manifest of a run directory, if there is one that can be understood. */
export async function readHead(dir: string): Promise<Manifest['head'] | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestFile(dir), 'utf8'))).head;
  } catch {
    return undefined;
  }
}

export const eventOf = (line: LogLine): GoalEvent => parseGoalEvent(line.type, line.data);

/** Folds log lines into a state. Throws {@link RunCorruptError} with the line. */
export function foldEvents(lines: readonly LogLine[], file: string): GoalState {
  let state = initialState;
  for (const line of lines) {
    try {
      state = advance(state, eventOf(line));
    } catch (error) {
      throw new RunCorruptError(file, line.seq + 1, error instanceof Error ? error.message : String(error));
    }
  }
  return state;
}

/** What a run directory says, read without a lock. */
export interface RunRecord extends RunLocation {
  readonly state: GoalState;
  readonly manifest: Manifest;
  readonly lines: readonly LogLine[];
  readonly torn: LogContent['torn'];
}

/**
 * Reads a run from its events. Undefined when the run has not recorded anything yet.
 *
 * Throws `LogDamagedError` and {@link RunCorruptError}.
 */
export async function readRun(location: RunLocation): Promise<RunRecord | undefined> {
  const file = eventsFile(location.dir);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { lines, head, torn } = readLog(bytes, { path: file, subject: location.runId });
  const [first] = lines;
  if (!first) return undefined;
  const state = foldEvents(lines, file);
  return {
    ...location,
    state,
    lines,
    torn,
    manifest: deriveManifest(state, { head, createdAt: first.at, updatedAt: (lines.at(-1) ?? first).at }),
  };
}

/** What the first `seq` events of a run hash to; undefined when it has fewer. */
export const hashAt = (
  { lines, manifest: { head } }: Pick<RunRecord, 'lines' | 'manifest'>,
  seq: number,
): string | undefined => (seq === head.seq ? head.hash : lines[seq]?.prev);
