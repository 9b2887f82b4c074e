import { z } from 'zod';
import type { Approval } from '../approval/approval.js';
import type { AssetLibrary } from '../asset/asset-library.js';
import { assetOfferSchema } from '../asset/asset-offer.js';
import type { Ctx, Workflow } from '../engine/engine.js';
import type { Team } from '../role/team.js';
import { RunForeignError } from '../run/errors.js';
import type { RunStore } from '../run/run-store.js';
import type { Redactor } from '../secret/redactor.js';
import type { Workspace } from '../workspace/index.js';
import { goalEventSchemas } from './events.js';
import { GoalRun } from './goal-run.js';
import { redactedCtx } from './redacted-ctx.js';

/** What a goal is started with. */
export const goalInputSchema = goalEventSchemas['run.created'];

export type GoalInput = Readonly<z.infer<typeof goalInputSchema>>;

export const preflightSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    facts: goalEventSchemas['preflight.passed'],
    /** Which assets the planner may use; recorded, so that a plan is judged by what its planner saw. */
    offers: z.array(assetOfferSchema).optional(),
  }),
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
  /** What it knows reaches neither the engine's records nor the run's files. */
  readonly redactor?: Redactor | undefined;
  openStore(runId: string): Promise<RunStore>;
  /** Opens the run's workspace, making it when it is missing or half-made. */
  openWorkspace(input: GoalInput, signal: AbortSignal): Promise<Workspace>;
  /** Checks everything that can be known before work starts. */
  preflight(input: GoalInput, workspace: Workspace, signal: AbortSignal): Promise<Preflight>;
  /** Applies the assets that preflight offered; without it there must be none. */
  readonly assets?: Pick<AssetLibrary, 'apply'> | undefined;
  /** Throws an `OrchError` for an approval that does not count, e.g. one whose signature is missing; it is then refused. */
  checkApproval?(approval: Approval): Promise<void>;
  /**
   * Awaited whenever a part of the run is finished: nothing is at work then, what was done is on record, and the work tree holds
   * the recorded diff. What it throws is thrown on.
   */
  checkpoint?(runId: string, signal: AbortSignal): Promise<void>;
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
      // What started the run lies in its folder, and must not lead to another one.
      if (input.runId !== ctx.runId) throw new RunForeignError(ctx.runId, `its journal belongs to run ${input.runId}`);
      await using store = await services.openStore(input.runId);
      // A run that moved is about the repository where it is now.
      const { repository = input.repository } = store.state.created ?? {};
      const here = goalInputSchema.parse({ ...input, repository });
      await using run = new GoalRun(redactedCtx(ctx, services.redactor), here, store, services);
      try {
        return { state: await run.toEnd() };
      } catch (error) {
        // The engine writes down what a workflow failed with.
        services.redactor?.error(error);
        throw error;
      }
    },
  };
}
