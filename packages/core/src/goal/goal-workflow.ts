import { z } from 'zod';
import type { Ctx, Workflow } from '../engine/engine.js';
import type { Team } from '../role/team.js';
import type { RunStore } from '../run/run-store.js';
import type { Workspace } from '../workspace/index.js';
import { goalEventSchemas } from './events.js';
import { GoalRun } from './goal-run.js';

/** What a goal is started with. */
export const goalInputSchema = goalEventSchemas['run.created'];

export type GoalInput = Readonly<z.infer<typeof goalInputSchema>>;

export const preflightSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), facts: goalEventSchemas['preflight.passed'] }),
  z.strictObject({ ok: z.literal(false), refusal: goalEventSchemas['preflight.refused'] }),
]);

/** Whether a goal may start, and with what. */
export type Preflight = z.infer<typeof preflightSchema>;

export interface OpenTeam {
  readonly input: GoalInput;
  readonly preflight: Extract<Preflight, { ok: true }>['facts'];
  readonly workspace: Workspace;
  readonly store: RunStore;
  /** The tree that the work starts from when a step has to be done again. */
  readonly currentTree: () => string;
  readonly signal: AbortSignal;
}

/** What the workflow needs from the world; all of it is opened only when it is needed. */
export interface GoalServices {
  openStore(runId: string): Promise<RunStore>;
  /** Opens the run's workspace, making it when it is missing or half-made. */
  openWorkspace(input: GoalInput, signal: AbortSignal): Promise<Workspace>;
  /** Checks everything that can be known before work starts. */
  preflight(input: GoalInput, workspace: Workspace, signal: AbortSignal): Promise<Preflight>;
  /** The team is closed when the run ends, waits or stops. */
  openTeam(options: OpenTeam): Promise<Team & AsyncDisposable>;
}

/** What a goal's workflow returns. */
export interface GoalResult {
  readonly state: string;
  readonly [key: string]: string;
}

/** The path of a goal as a durable workflow: preflight, plan, build, test, review, approval, promotion. */
export function createGoalWorkflow(services: GoalServices): Workflow<GoalInput, GoalResult> {
  return {
    name: 'goal',
    run: async (ctx: Ctx, input: GoalInput): Promise<GoalResult> => {
      await using store = await services.openStore(input.runId);
      await using run = new GoalRun(ctx, goalInputSchema.parse(input), store, services);
      return { state: await run.toEnd() };
    },
  };
}
