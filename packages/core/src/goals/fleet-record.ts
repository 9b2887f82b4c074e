import path from 'node:path';
import { z } from 'zod';
import { usageSchema } from '../goal/events.js';
import { writeFileAtomic } from '../fs/atomic-write.js';
import { readStart } from '../fs/read-regular-file.js';
import { usageOf } from './advance-fleet.js';
import { fleetGoalSchema, type FleetInput, fleetInputSchema, type FleetState, isFleetOver } from './fleet.js';

/** The format of a fleet's `fleet.json`: derived from its journal, for programs and people that want to know how it stands. */
export const fleetRecordSchema = z.strictObject({
  $schema: z.string(),
  schemaVersion: z.literal(1),
  ...fleetInputSchema.omit({ goals: true }).shape,
  goals: z.array(fleetGoalSchema),
  over: z.boolean(),
  /** How many events of the fleet it adds up. */
  events: z.number().int().nonnegative(),
  used: usageSchema,
  /** Milliseconds in which goals were worked on. */
  elapsedMs: z.number(),
  updatedAt: z.string(),
});

export type FleetRecord = Readonly<z.infer<typeof fleetRecordSchema>>;

const fleetFile = (dir: string): string => path.join(dir, 'fleet.json');

const maxBytes = 64 * 1024 * 1024;

/** How a fleet stands, as it is recorded. */
export const fleetRecordOf = (fleet: FleetState, input: FleetInput, at: Date): FleetRecord => ({
  $schema: '@codex-orch/core/schemas/fleet.json',
  schemaVersion: 1,
  ...input,
  goals: [...fleet.goals],
  over: isFleetOver(fleet),
  events: fleet.events,
  used: usageOf(fleet),
  elapsedMs: fleet.elapsedMs,
  updatedAt: at.toISOString(),
});

/** Replaces the record of a fleet atomically. Throws `NotWritableError` and `DiskFullError`. */
export async function writeFleetRecord(dir: string, fleet: FleetState, input: FleetInput): Promise<FleetRecord> {
  const record = fleetRecordOf(fleet, input, new Date());
  await writeFileAtomic(fleetFile(dir), `${JSON.stringify(record, undefined, 2)}\n`, { durable: false });
  return record;
}

/** The record of a fleet; undefined where there is none that can be understood. */
export async function readFleetRecord(dir: string): Promise<FleetRecord | undefined> {
  try {
    const { bytes } = await readStart(fleetFile(dir), { maxBytes });
    return fleetRecordSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
