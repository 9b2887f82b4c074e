import type { Approval } from '../approval/approval.js';
import type { AssetOffer, AssetUse } from '../asset/asset-offer.js';
import type { BuildReport, Plan, Review, Subtask, TestReport } from '../role/outputs.js';
import type { AppliedAsset } from '../role/team.js';
import type { Elevation } from './elevation.js';
import { IllegalTransitionError } from './errors.js';
import type { Diff, GoalEvent, Limits, Usage } from './events.js';

/** Where a goal stands. */
export type GoalPhase =
  | 'new'
  | 'preflight'
  | 'planning'
  | 'building'
  | 'testing'
  | 'reviewing'
  | 'deciding'
  | 'awaiting-approval'
  | 'promoting'
  | TerminalPhase;

/** Where a goal ends. Only `done` is success. */
export type TerminalPhase =
  /** Approved and committed; ready for `apply`. */
  | 'done'
  /** Preflight refused to start. */
  | 'blocked'
  /** Something broke; `end` says what. */
  | 'failed'
  /** A reviewer or a human said no. */
  | 'rejected'
  /** Given back to a human, because more attempts are not allowed or make no sense. */
  | 'escalated'
  /** A budget was used up. */
  | 'exhausted'
  | 'cancelled';

/** A file of the run directory, as it was recorded. */
export type Artifact = Extract<GoalEvent, { type: 'artifact.recorded' }>['data'];

/** What a goal's events add up to. */
export interface GoalState {
  readonly phase: GoalPhase;
  readonly created: Extract<GoalEvent, { type: 'run.created' }>['data'] | undefined;
  readonly preflight: Extract<GoalEvent, { type: 'preflight.passed' }>['data'] | undefined;
  /** What the planner may use. */
  readonly offers: readonly AssetOffer[];
  readonly plan: Plan | undefined;
  /** Whether what went wrong is the plan's fault, so that a builder cannot mend it. */
  readonly needsPlan: boolean;
  /** Index of the subtask in work. */
  readonly subtaskIndex: number;
  /** How often the present subtask was sent back. */
  readonly revision: number;
  readonly replans: number;
  /** Whether the asset of the present subtask was applied. */
  readonly isAssetApplied: boolean;
  /** The assets that were applied, the oldest first. */
  readonly applied: readonly AppliedAsset[];
  readonly build: BuildReport | undefined;
  readonly diff: Diff | undefined;
  readonly tests: (TestReport & { readonly diffSha256: string }) | undefined;
  readonly review: (Review & { readonly diffSha256: string }) | undefined;
  readonly approvals: readonly Approval[];
  /** What Codex asked in this turn and nobody answered, the oldest first. */
  readonly elevations: readonly Elevation[];
  /** How many elevations were requested so far. */
  readonly elevationCount: number;
  /** The last record of each artifact, by its path. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly commit: string | undefined;
  readonly appliedTo: readonly string[];
  readonly usage: Usage;
  /** Why the last attempt went back. */
  readonly problem: string | undefined;
  readonly end: { readonly code: string; readonly message: string; readonly hint?: string | undefined } | undefined;
}

export const currentSubtask = (state: GoalState): Subtask | undefined => state.plan?.subtasks[state.subtaskIndex];

/** The asset that is to be applied now, before any model may touch the subtask. */
export const pendingAsset = (state: GoalState): AssetUse | undefined =>
  state.phase === 'building' && !state.isAssetApplied ? currentSubtask(state)?.asset : undefined;

export const limitsOf = (state: GoalState): Limits =>
  state.created?.limits ?? { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 };

/** The diff that a result is about. Throws {@link IllegalTransitionError} when there is none. */
export function presentDiff({ diff, phase }: GoalState): Diff {
  if (!diff) throw new IllegalTransitionError('handoff', phase, 'there is no diff');
  return diff;
}

const terminal: ReadonlySet<GoalPhase> = new Set<TerminalPhase>([
  'done',
  'blocked',
  'failed',
  'rejected',
  'escalated',
  'exhausted',
  'cancelled',
]);

export const isTerminal = (phase: GoalPhase): phase is TerminalPhase => terminal.has(phase);
