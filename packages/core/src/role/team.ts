import type { AssetOffer, AssetUse } from '../asset/asset-offer.js';
import type { AssetReport } from '../asset/asset-report.js';
import type { TokenUsage } from '../codex/driver.js';
import type { StepCtx } from '../engine/engine.js';
import type { BuildReport, Plan, ProposedPlan, Review, Subtask, TestReport } from './outputs.js';

/** Whom the manager can hand the goal to. `escalate` gives it back to a human and ends the run. */
export type Handoff = 'planner' | 'builder' | 'tester' | 'reviewer' | 'escalate';

/** What an asset did to the work of this run. */
export interface AppliedAsset {
  /** Of the subtask that it was. */
  readonly subtask: string;
  readonly asset: AssetUse;
  readonly report: AssetReport;
}

/** Everything a role may know about the goal at this moment. */
export interface Briefing {
  readonly goal: string;
  /** Absolute path of the work tree. */
  readonly cwd: string;
  readonly plan: Plan | undefined;
  /** The subtask in work. */
  readonly subtask: Subtask | undefined;
  /** How often this subtask was built before, by the present plan. */
  readonly revision: number;
  /** Continue this Codex thread. */
  readonly threadId: string | undefined;
  /** The last test result, when it was for the present diff. */
  readonly tests: TestReport | undefined;
  /** The last review, when there was one. */
  readonly review: Review | undefined;
  /** Why the last attempt went back: shown to the role that mends it. */
  readonly problem: string | undefined;
  /** The assets that a plan may use. */
  readonly offers: readonly AssetOffer[];
  /** The assets that were applied so far, the oldest first. */
  readonly applied: readonly AppliedAsset[];
  /** The present diff against the base, cut to `maxBytes` with a note where it was cut. */
  readonly readDiff: (maxBytes: number) => Promise<string>;
  /** A list of the tracked files, cut to `maxBytes`. */
  readonly listFiles: (maxBytes: number) => Promise<string>;
}

/** How a handoff came to be taken. */
export interface HandoffChoice {
  readonly role: Handoff;
  /** `only-legal` when there was nothing to choose, so that no model was asked. */
  readonly chosenBy: 'only-legal' | 'manager';
  /** The manager's words, when it chose. */
  readonly reason: string | undefined;
}

export interface HandoffRequest {
  /** The handoffs that the state machine allows now; never empty. */
  readonly legal: readonly Handoff[];
  readonly briefing: Briefing;
  /** Told which handoff is taken, before the role begins; awaited, so that it can be made durable first. */
  readonly chosen: (choice: HandoffChoice) => Promise<void>;
  /** Tokens and turns spent are reported here as they are spent, also by attempts that fail. */
  readonly spend: (role: Handoff | 'manager', usage: TokenUsage) => void;
  readonly ctx: StepCtx;
}

/** What the role that took the handoff answered. */
export type HandoffOutcome = Pick<HandoffChoice, 'chosenBy' | 'reason'> &
  /** A plan that names what was not offered is refused, and its planner told why. */
  (
    | { readonly role: 'planner'; readonly plan: ProposedPlan }
    | { readonly role: 'builder'; readonly build: BuildReport }
    | { readonly role: 'tester'; readonly tests: TestReport }
    | { readonly role: 'reviewer'; readonly review: Review }
    | { readonly role: 'escalate'; readonly message: string }
  );

/** The manager and its roles. Every model call and every effect goes through `ctx.step`. */
export interface Team {
  /**
   * Takes exactly one of the legal handoffs.
   *
   * Throws an `OrchError` when the model cannot be reached, answers nothing, or answers against its schema.
   */
  handOff(request: HandoffRequest): Promise<HandoffOutcome>;
}
