import type { Ctx, StepContext, Workflow } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import type { Failure } from '../errors/failure.js';
import { advanceFleet, beginFleet, exhaustedBudget, limitsLeft, nextToBegin } from './advance-fleet.js';
import { FleetBudgetError } from './errors.js';
import {
  type FleetEvent,
  fleetEventSchema,
  type FleetGoal,
  type FleetInput,
  fleetInputSchema,
  type FleetState,
  hasEnded,
  isFleetOver,
} from './fleet.js';

/** The commit that a goal starts from, or why it cannot start. */
export type GoalStart = { readonly base: string } | { readonly refused: Failure };

/** What the workflow of many goals needs from the world. Each may be called again after a crash, for the same. */
export interface GoalsServices {
  /** A new run id for each goal, by the goal's id. */
  newRunIds(input: FleetInput): Promise<Readonly<Record<string, string>>>;
  /** Sees to it that a goal can begin: its base exists, with the work of all that it depends on. */
  prepare(goal: FleetGoal, fleet: FleetState, input: FleetInput, signal: AbortSignal): Promise<GoalStart>;
  /**
   * Has all goals worked on that are to be, and resolves when something happened to one. Throws an error that interrupts when nothing
   * can happen before a human answers.
   */
  next(fleet: FleetState, input: FleetInput, step: StepContext): Promise<FleetEvent>;
  /** Notes how the fleet stands, for whoever wants to know, after an event, or at its beginning. */
  record(fleet: FleetState, input: FleetInput, event?: FleetEvent): Promise<void>;
}

/** What a fleet's workflow returns: how each goal ended. */
export type GoalsResult = Readonly<Record<string, string>>;

/**
 * Many goals as one durable workflow: each is a run of its own, begun when what it depends on is done and a lane is free.
 *
 * All that happens comes through recorded steps, one after the other, so that an execution after a crash goes the same way and no goal
 * begins twice: its run id is decided in a step before anything else.
 */
export function createGoalsWorkflow(services: GoalsServices): Workflow<FleetInput & Json, GoalsResult> {
  return {
    name: 'goals',
    run: async (ctx: Ctx, given: FleetInput): Promise<GoalsResult> => {
      const input = fleetInputSchema.parse(given);
      const runIds = await ctx.step('run-ids', async () => ({ ...(await services.newRunIds(input)) }));
      let fleet = beginFleet(input, runIds);
      const happen = async (event: FleetEvent): Promise<void> => {
        fleet = advanceFleet(fleet, event);
        await services.record(fleet, input, event);
      };
      await services.record(fleet, input);
      while (!isFleetOver(fleet)) {
        const spent = exhaustedBudget(fleet);
        if (spent !== undefined && fleet.goals.some(isStoppable)) {
          await happen(outOfBudget(fleet, spent));
          continue;
        }
        const goal = nextToBegin(fleet);
        if (goal) {
          const state = fleet;
          // One that was answered goes on where it was.
          const start: GoalStart =
            goal.base === null
              ? await ctx.step(`begin:${goal.id}`, async ({ signal }): Promise<GoalStart & Json> =>
                  services.prepare(goal, state, input, signal),
                )
              : { base: goal.base };
          await happen(
            'refused' in start
              ? { type: 'refused', goal: goal.id, failure: start.refused }
              : {
                  type: 'begun',
                  goal: goal.id,
                  base: start.base,
                  limits: goal.base === null ? limitsLeft(goal, fleet) : goal.limits,
                },
          );
          continue;
        }
        const state = fleet;
        await happen(
          fleetEventSchema.parse(
            await ctx.step('next', async (step): Promise<FleetEvent & Json> => services.next(state, input, step)),
          ),
        );
      }
      return Object.fromEntries(fleet.goals.map(({ id, standing }) => [id, standing]));
    },
  };
}

const isStoppable = (goal: FleetGoal): boolean =>
  !hasEnded(goal) && goal.stopping === null && goal.standing !== 'parked';

/** Ends all that would use more; what waits for a human has been paid for. */
export function outOfBudget({ goals }: FleetState, spent: string): FleetEvent {
  const { code, message, hint } = new FleetBudgetError(spent);
  return {
    type: 'stopped',
    goals: goals.filter(isStoppable).map(({ id }) => id),
    why: 'budget',
    end: { code, message, ...(hint === undefined ? {} : { hint }) },
    elapsedMs: 0,
  };
}
