import type { Json } from '@codex-orch/core';
import {
  advanceFleet,
  beginFleet,
  type FleetEvent,
  fleetEventSchema,
  type FleetInput,
  type FleetRecord,
  fleetRecordOf,
  type FleetState,
} from '@codex-orch/core/goals';
import { z } from 'zod';
import { asJson, runIdSchema } from './remote-goal.js';

/** The queue of the fleets whose goals go into a queue: a fleet waits for its goals, and takes the place of none. */
export const fleetQueue = (goals: string): string => `${goals}/fleets`;

/** The name of core's workflow of many goals. */
export const fleetWorkflowName = 'goals';

/** The signal under which whoever executes a fleet leaves what happened to it, for anybody to add up. */
export const newsSignal = 'fleet-news';

const newsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('began'), at: z.string(), runIds: z.record(z.string(), runIdSchema) }),
  z.object({ type: z.literal('happened'), at: z.string(), number: z.number().int(), event: fleetEventSchema }),
]);

/** What happened to a fleet, numbered, so that whoever repeats it after a crash says nothing new. */
export function newsOf(
  fleet: FleetState,
  event: FleetEvent | undefined,
): { readonly key: string; readonly payload: Json } {
  const at = new Date().toISOString();
  if (event) {
    const number = fleet.events;
    return { key: `news:${number}`, payload: asJson({ type: 'happened', at, number, event }) };
  }
  const runIds = Object.fromEntries(fleet.goals.map(({ id, runId }) => [id, runId]));
  return { key: 'news:0', payload: asJson({ type: 'began', at, runIds }) };
}

/** The runs of all goals of a fleet, as its news name them. */
export const runIdsIn = (news: readonly Json[]): readonly string[] =>
  news.flatMap((payload) => {
    const { data: one } = newsSchema.safeParse(payload);
    return one?.type === 'began' ? Object.values(one.runIds) : [];
  });

export interface ToldFleet {
  readonly record: FleetRecord;
  readonly fleet: FleetState;
  /** Whether somebody has taken it up. */
  readonly began: boolean;
}

/** How a fleet stands, of all that happened to it. */
export function addUpNews(input: FleetInput, news: readonly Json[]): ToldFleet {
  let fleet = beginFleet(input, {});
  let began = false;
  let at = new Date(0).toISOString();
  for (const payload of news) {
    const { data: one } = newsSchema.safeParse(payload);
    if (one?.type === 'began') {
      fleet = beginFleet(input, one.runIds);
      began = true;
    } else if (one?.number === fleet.events + 1) {
      fleet = advanceFleet(fleet, one.event);
    } else continue;
    at = one.at;
  }
  return { fleet, record: fleetRecordOf(fleet, input, new Date(at)), began };
}
