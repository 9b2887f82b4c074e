import type { Handoff } from '../role/team.js';
import { IllegalTransitionError } from './errors.js';
import { addUsage, type GoalEvent, type GoalEventType, noUsage } from './events.js';
import { hasReplansLeft, hasRevisionsLeft, isMendable } from './guards.js';
import { type GoalState, limitsOf, pendingAsset } from './state.js';
import { allowsFrom, type Transition, transitions } from './transitions.js';

export const initialState: GoalState = {
  phase: 'new',
  created: undefined,
  preflight: undefined,
  offers: [],
  plan: undefined,
  needsPlan: false,
  subtaskIndex: 0,
  revision: 0,
  replans: 0,
  isAssetApplied: false,
  applied: [],
  build: undefined,
  diff: undefined,
  tests: undefined,
  review: undefined,
  approvals: [],
  elevations: [],
  elevationCount: 0,
  artifacts: new Map(),
  commit: undefined,
  appliedTo: [],
  usage: noUsage,
  problem: undefined,
  end: undefined,
};

/** Moves a goal by one event. Throws {@link IllegalTransitionError} when the table does not allow it. */
export function advance(state: GoalState, event: GoalEvent): GoalState {
  const transition = transitions[event.type] as unknown as Transition<GoalEventType>;
  if (!allowsFrom(transition, state.phase)) {
    throw new IllegalTransitionError(
      event.type,
      state.phase,
      `it is possible in ${[transition.from].flat().join(', ')}`,
    );
  }
  for (const guard of transition.guards) {
    const reason = guard.refuse(state, event.data);
    if (reason !== undefined) throw new IllegalTransitionError(event.type, state.phase, reason);
  }
  const phase = typeof transition.to === 'function' ? transition.to(state, event.data) : transition.to;
  const next = { ...state, ...record(state, event, phase), phase };
  // With the turn, what it asked for is over.
  const turnIsOver = phase !== 'building' || event.type === 'build.finished' || event.type === 'run.moved';
  return turnIsOver && next.elevations.length > 0 ? { ...next, elevations: [] } : next;
}

/** What an event adds to the state beside the phase. */
function record(state: GoalState, event: GoalEvent, phase: GoalState['phase']): Partial<GoalState> {
  const usage = 'usage' in event.data ? addUsage(state.usage, event.data.usage) : state.usage;
  switch (event.type) {
    case 'run.created':
      return { created: event.data };
    case 'preflight.passed':
      return { preflight: event.data };
    case 'assets.offered':
      return { offers: event.data.offers };
    case 'plan.accepted':
      return {
        usage,
        plan: event.data.plan,
        needsPlan: false,
        subtaskIndex: 0,
        revision: 0,
        isAssetApplied: false,
        review: undefined,
      };
    case 'plan.refused':
      return { usage, needsPlan: true, problem: event.data.problem, tests: undefined, review: undefined };
    case 'asset.applied': {
      const { subtask, asset, report, diff } = event.data;
      const nothing = `Asset ${asset.id} changed nothing: it left ${report.declinedCount} places alone and failed on ${report.failedCount} files.`;
      return {
        usage,
        diff,
        isAssetApplied: true,
        applied: [...state.applied, { subtask, asset, report }],
        ...(phase === 'deciding' ? { needsPlan: true, problem: nothing, tests: undefined, review: undefined } : {}),
      };
    }
    case 'asset.refused': {
      const { message, hint } = event.data;
      const problem = hint === undefined ? message : `${message} ${hint}`;
      return { usage, needsPlan: true, problem, tests: undefined, review: undefined };
    }
    case 'build.finished':
      return {
        usage,
        build: event.data.build,
        diff: event.data.diff,
        ...(phase === 'deciding'
          ? { problem: 'The builder changed nothing.', tests: undefined, review: undefined }
          : {}),
      };
    case 'tests.finished':
      return {
        usage,
        tests: { ...event.data.tests, diffSha256: event.data.diffSha256 },
        ...(phase === 'deciding' ? { problem: event.data.tests.reason ?? 'The tests failed.', review: undefined } : {}),
      };
    case 'review.finished':
      return {
        usage,
        review: { ...event.data.review, diffSha256: event.data.diffSha256 },
        ...(phase === 'deciding' ? { problem: event.data.review.summary } : {}),
        ...(phase === 'building'
          ? { subtaskIndex: state.subtaskIndex + 1, revision: 0, isAssetApplied: false, problem: undefined }
          : {}),
        ...(phase === 'rejected' ? { end: { code: 'review-rejected', message: event.data.review.summary } } : {}),
      };
    case 'revision.started':
      return { revision: state.revision + 1 };
    case 'replan.started':
      return { replans: state.replans + 1 };
    case 'approval.recorded': {
      const { approval } = event.data;
      const end =
        phase === 'rejected'
          ? {
              end: {
                code: 'approval-rejected',
                message: `${approval.by.name} rejected the diff${approval.justification ? `: ${approval.justification}` : '.'}`,
              },
            }
          : {};
      return { approvals: [...state.approvals, approval], ...end };
    }
    case 'artifact.recorded':
      return { artifacts: new Map(state.artifacts).set(event.data.path, event.data) };
    case 'promoted':
      return { commit: event.data.commit };
    case 'applied':
      return { appliedTo: [...state.appliedTo, event.data.repository] };
    case 'preflight.refused':
      return { end: event.data };
    case 'run.failed':
      return {
        usage,
        end: {
          code: event.data.code,
          message: event.data.message,
          ...(event.data.hint === undefined ? {} : { hint: event.data.hint }),
        },
      };
    case 'run.exhausted':
      return { usage, end: { code: 'budget-exhausted', message: event.data.message } };
    case 'run.escalated':
      return { usage, end: { code: 'escalated', message: event.data.message } };
    case 'run.cancelled':
      return { end: { code: 'run-cancelled', message: `Cancelled by ${event.data.by}.` } };
    case 'run.moved':
      return state.created ? { created: { ...state.created, repository: event.data.to.repository } } : {};
    case 'elevation.requested': {
      const { id, nonce, sha256, request } = event.data;
      return {
        elevations: [...state.elevations, { id, nonce, sha256, request }],
        elevationCount: state.elevationCount + 1,
      };
    }
    case 'elevation.decided':
      return { elevations: state.elevations.filter(({ id }) => id !== event.data.id) };
    case 'approval.refused':
      return {};
  }
}

/** To whom the goal can be handed now: all that the manager gets to see. To nobody while an asset is to be applied. */
export function legalHandoffs(state: GoalState): readonly Handoff[] {
  switch (state.phase) {
    case 'planning':
      return ['planner'];
    case 'building':
      return pendingAsset(state) ? [] : ['builder'];
    case 'testing':
      return ['tester'];
    case 'reviewing':
      return ['reviewer'];
    case 'deciding': {
      const legal: Handoff[] = [];
      const canMend = [isMendable, hasRevisionsLeft].every(({ refuse }) => refuse(state, undefined) === undefined);
      if (canMend) legal.push('builder');
      if (hasReplansLeft.refuse(state, undefined) === undefined) legal.push('planner');
      return [...legal, 'escalate'];
    }
    default:
      return [];
  }
}

/** Which limit is used up, if any. */
export function exhaustedLimit(
  state: GoalState,
): { readonly limit: 'tokens' | 'turns' | 'minutes'; readonly message: string } | undefined {
  const limits = limitsOf(state);
  const { totalTokens, turns, elapsedMs } = state.usage;
  if (totalTokens >= limits.tokens)
    return { limit: 'tokens', message: `${totalTokens} of ${limits.tokens} tokens are used up.` };
  if (turns >= limits.turns) return { limit: 'turns', message: `${turns} of ${limits.turns} model turns are used up.` };
  if (elapsedMs >= limits.minutes * 60_000)
    return {
      limit: 'minutes',
      message: `${(elapsedMs / 60_000).toFixed(1)} of ${limits.minutes} minutes are used up.`,
    };
  return undefined;
}

/** Folds events into a state. Throws {@link IllegalTransitionError} and `ZodError`. */
export const replayEvents = (events: Iterable<GoalEvent>): GoalState => [...events].reduce(advance, initialState);
