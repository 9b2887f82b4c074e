import type { GoalEvent, GoalEventType } from './events.js';
import {
  type Guard,
  hasReplansLeft,
  hasRevisionsLeft,
  hasTestResult,
  isApproved,
  isForPresentDiff,
  isForPresentSubtask,
  isFromPresentPlace,
  isGrantedByAHuman,
  isHumanApprovalOfThisDiff,
  isMendable,
  isNextElevation,
  isNotInPlaceOfAnAsset,
  isOpenElevation,
  isTestedEnough,
  isThePlannedAsset,
  usesOfferedAssets,
} from './guards.js';
import { type GoalPhase, type GoalState, isTerminal } from './state.js';

type DataOf<T extends GoalEventType> = Extract<GoalEvent, { type: T }>['data'];

/** One row of the table: when, under which conditions, and to where an event moves a goal. */
export interface Transition<T extends GoalEventType> {
  readonly from: readonly GoalPhase[] | 'any-but-ended' | 'any';
  readonly guards: readonly Guard<DataOf<T>>[];
  readonly to: GoalPhase | ((state: GoalState, data: DataOf<T>) => GoalPhase);
}

const stay = (state: GoalState): GoalPhase => state.phase;

const hasNextSubtask = (state: GoalState): boolean => state.subtaskIndex + 1 < (state.plan?.subtasks.length ?? 0);

/** The state machine of a goal, as data. What is not here cannot happen. */
export const transitions: { readonly [T in GoalEventType]: Transition<T> } = {
  'run.created': { from: ['new'], guards: [], to: 'preflight' },
  'preflight.passed': { from: ['preflight'], guards: [], to: 'planning' },
  'preflight.refused': { from: ['preflight'], guards: [], to: 'blocked' },
  'assets.offered': { from: ['planning'], guards: [], to: stay },
  'plan.accepted': { from: ['planning'], guards: [usesOfferedAssets], to: 'building' },
  'plan.refused': { from: ['planning'], guards: [], to: 'deciding' },
  'asset.applied': {
    from: ['building'],
    guards: [isForPresentSubtask, isThePlannedAsset],
    to: (state, { report, diff }) => {
      const changedNothing = report.changedCount === 0 || diff.files.length === 0 || diff.sha256 === state.diff?.sha256;
      return changedNothing ? 'deciding' : 'testing';
    },
  },
  'asset.refused': { from: ['building'], guards: [isForPresentSubtask, isThePlannedAsset], to: 'deciding' },
  'build.finished': {
    from: ['building'],
    guards: [isForPresentSubtask, isNotInPlaceOfAnAsset],
    to: (state, { build, diff }) => {
      if (build.status !== 'completed') return 'building';
      const changedNothing = diff.files.length === 0 || (state.revision > 0 && diff.sha256 === state.diff?.sha256);
      return changedNothing ? 'deciding' : 'testing';
    },
  },
  'tests.finished': {
    from: ['testing'],
    guards: [isForPresentDiff],
    to: (state, { tests }) => (isTestedEnough(state, tests) ? 'reviewing' : 'deciding'),
  },
  'review.finished': {
    from: ['reviewing'],
    guards: [isForPresentDiff, hasTestResult],
    to: (state, { review }) => {
      if (review.verdict === 'reject') return 'rejected';
      if (review.verdict === 'revise') return 'deciding';
      return hasNextSubtask(state) ? 'building' : 'awaiting-approval';
    },
  },
  'revision.started': {
    from: ['deciding'],
    guards: [isForPresentSubtask, isMendable, hasRevisionsLeft],
    to: 'building',
  },
  'replan.started': { from: ['deciding'], guards: [hasReplansLeft], to: 'planning' },
  'run.escalated': { from: ['deciding'], guards: [], to: 'escalated' },
  'elevation.requested': { from: ['building'], guards: [isNextElevation], to: stay },
  'elevation.decided': { from: ['building'], guards: [isOpenElevation, isGrantedByAHuman], to: stay },
  'approval.recorded': {
    from: ['awaiting-approval'],
    guards: [isHumanApprovalOfThisDiff],
    to: (_state, { approval }) => (approval.decision === 'approved' ? 'promoting' : 'rejected'),
  },
  'approval.refused': { from: 'any', guards: [], to: stay },
  'artifact.recorded': { from: 'any', guards: [], to: stay },
  promoted: { from: ['promoting'], guards: [isForPresentDiff, isApproved], to: 'done' },
  applied: { from: ['done'], guards: [isForPresentDiff, isApproved], to: 'done' },
  'run.failed': { from: 'any-but-ended', guards: [], to: 'failed' },
  'run.exhausted': { from: 'any-but-ended', guards: [], to: 'exhausted' },
  'run.cancelled': { from: 'any-but-ended', guards: [], to: 'cancelled' },
  'run.moved': { from: 'any', guards: [isFromPresentPlace], to: stay },
};

export function allowsFrom({ from }: Pick<Transition<never>, 'from'>, phase: GoalPhase): boolean {
  if (from === 'any') return true;
  return from === 'any-but-ended' ? !isTerminal(phase) : from.includes(phase);
}
