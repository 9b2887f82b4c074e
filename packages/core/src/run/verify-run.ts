import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resolveInside, sha256File } from '../fs/index.js';
import { OrchError } from '../errors/orch-error.js';
import { LogDamagedError } from '../log/errors.js';
import { manifestSchema } from './manifest.js';
import { eventsFile, manifestFile, readRun, type RunRecord } from './read-run.js';
import type { RunLocation } from './run-layout.js';

/** Something in a run directory that is not as it was recorded. */
export interface RunProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number | undefined;
  readonly message: string;
}

/** Recomputes every hash of a run directory and returns all that is wrong; an empty list means it is intact. */
export async function verifyRun(location: RunLocation): Promise<readonly RunProblem[]> {
  const problems: RunProblem[] = [];
  const events = eventsFile(location.dir);
  let run: RunRecord | undefined;
  try {
    run = await readRun(location);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    problems.push({
      file: events,
      ...(error instanceof LogDamagedError ? { line: error.line } : {}),
      message: error.message,
    });
    return problems;
  }
  if (!run) return [{ file: events, message: 'there are no events' }];
  if (run.torn)
    problems.push({
      file: events,
      line: run.torn.line,
      message: `the last line was cut off after ${run.torn.bytes} bytes`,
    });
  problems.push(...(await verifyManifest(run)));
  for (const artifact of run.state.artifacts.values()) {
    const file = await resolveInside(location.dir, artifact.path);
    try {
      const { sha256, bytes } = await sha256File(file);
      if (sha256 !== artifact.sha256)
        problems.push({
          file,
          message: `its sha256 is ${sha256} (${bytes} bytes), but ${artifact.sha256} (${artifact.bytes} bytes) was recorded`,
        });
    } catch {
      problems.push({ file, message: 'it was recorded, but cannot be read' });
    }
  }
  return problems;
}

async function verifyManifest(run: RunRecord): Promise<readonly RunProblem[]> {
  const file = manifestFile(run.dir);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return [{ file, message: 'it cannot be read as JSON' }];
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) return [{ file, message: 'it is no manifest of this version' }];
  const { head } = parsed.data;
  if (head.seq > run.manifest.head.seq) {
    return [
      {
        file: path.join(run.dir, 'events.jsonl'),
        line: run.manifest.head.seq + 1,
        message: `${head.seq - run.manifest.head.seq} events were cut off: the manifest knows ${head.seq}`,
      },
    ];
  }
  // An older manifest is what a crash between the two writes leaves; it is derived and will be written again.
  if (head.seq < run.manifest.head.seq) return [];
  return JSON.stringify(parsed.data) === JSON.stringify(run.manifest)
    ? []
    : [{ file, message: 'it does not say what the events say' }];
}
