import type { Approval } from '../approval/approval.js';
import { elevationDigest } from './elevation.js';
import type { GoalEvent } from './events.js';
import { canonicalJson } from '../signature/canonical-json.js';
import type { AssetUse } from '../asset/asset-offer.js';
import { failsTests } from '../lint/lint-report.js';
import type { Plan, TestReport } from '../role/outputs.js';
import { currentSubtask, type GoalState, limitsOf, pendingAsset } from './state.js';

/** A condition of a transition: what it is called, and what is wrong when it does not hold. */
export interface Guard<in Data> {
  readonly name: string;
  /** The reason for a refusal; undefined when all is well. */
  readonly refuse: (state: GoalState, data: Data) => string | undefined;
}

interface AboutDiff {
  readonly diffSha256: string;
}

interface AboutSubtask {
  readonly subtask: string;
}

type ElevationData<T extends 'requested' | 'decided'> = Extract<GoalEvent, { type: `elevation.${T}` }>['data'];

/** No result counts that was made for another diff. */
export const isForPresentDiff: Guard<AboutDiff> = {
  name: 'is for the present diff',
  refuse: (state, { diffSha256 }) =>
    state.diff?.sha256 === diffSha256
      ? undefined
      : `it is for the diff ${diffSha256}, but the present one is ${state.diff?.sha256 ?? 'none'}`,
};

/** No review without a test result for this very diff. */
export const hasTestResult: Guard<unknown> = {
  name: 'this diff was tested',
  refuse: (state) => {
    if (!state.tests || state.tests.diffSha256 !== state.diff?.sha256) return 'this diff has no test result';
    return isTestedEnough(state, state.tests) ? undefined : 'its tests did not pass';
  },
};

/** Tests have to pass; where none are required, the lack of them is enough, but not a lint rule that says no. */
export const isTestedEnough = ({ created }: GoalState, tests: TestReport): boolean =>
  !failsTests(tests.lint) && (tests.passed || (tests.commands.length === 0 && created?.testsRequired === false));

/** A human gate is opened by a human, for this very diff, after an approving review of it. */
export const isHumanApprovalOfThisDiff: Guard<{ readonly approval: Approval }> = {
  name: 'is a human decision on this diff',
  refuse: (state, { approval }) => {
    if (approval.by.actor !== 'human') return `the gate needs a human, not a ${approval.by.actor}`;
    if (approval.subject.kind !== 'diff' || approval.subject.id !== state.created?.runId)
      return 'it is about something else';
    if (approval.subject.sha256 !== state.diff?.sha256) {
      return `it is for the diff ${approval.subject.sha256}, but the present one is ${state.diff?.sha256 ?? 'none'}`;
    }
    if (state.review?.diffSha256 !== state.diff.sha256 || state.review.verdict !== 'approve')
      return 'this diff has no approving review';
    return undefined;
  },
};

/** Nothing is promoted or applied that a human did not approve. */
export const isApproved: Guard<AboutDiff> = {
  name: 'is approved',
  refuse: (state, { diffSha256 }) =>
    state.approvals.some(
      ({ subject, decision, by }) => subject.sha256 === diffSha256 && decision === 'approved' && by.actor === 'human',
    )
      ? undefined
      : `no human approved the diff ${diffSha256}`,
};

export const isForPresentSubtask: Guard<AboutSubtask> = {
  name: 'is for the present subtask',
  refuse: (state, { subtask }) =>
    currentSubtask(state)?.id === subtask ? undefined : `the subtask in work is ${currentSubtask(state)?.id ?? 'none'}`,
};

/** What a plan uses is what was offered, version and digest included. */
export const usesOfferedAssets: Guard<{ readonly plan: Plan }> = {
  name: 'uses only offered assets',
  refuse: ({ offers }, { plan }) => {
    const alien = plan.subtasks.find(
      ({ asset }) =>
        asset &&
        !offers.some(
          ({ id, version, digest }) => id === asset.id && version === asset.version && digest === asset.digest,
        ),
    );
    return alien && `subtask "${alien.id}" uses an asset that was not offered`;
  },
};

/** What is applied is what was planned, options included. */
export const isThePlannedAsset: Guard<AboutSubtask & { readonly asset: AssetUse }> = {
  name: 'is the planned asset',
  refuse: (state, { asset }) => {
    const planned = pendingAsset(state);
    if (!planned) return 'the subtask in work waits for no asset';
    return canonicalJson(planned) === canonicalJson(asset)
      ? undefined
      : `the planned one is ${planned.id}@${planned.version}`;
  },
};

/** No model does what the plan gave to an asset. */
export const isNotInPlaceOfAnAsset: Guard<unknown> = {
  name: 'is not in place of an asset',
  refuse: (state) => {
    const asset = pendingAsset(state);
    return asset && `asset ${asset.id} has to be applied first`;
  },
};

/** The builder mends work, not a plan. */
export const isMendable: Guard<unknown> = {
  name: 'is not the fault of the plan',
  refuse: ({ needsPlan }) => (needsPlan ? 'only another plan can help' : undefined),
};

export const hasRevisionsLeft: Guard<unknown> = {
  name: 'has revisions left',
  refuse: (state) =>
    state.revision < limitsOf(state).revisions
      ? undefined
      : `all ${limitsOf(state).revisions} revisions of this subtask are used up`,
};

export const hasReplansLeft: Guard<unknown> = {
  name: 'has replans left',
  refuse: (state) =>
    state.replans < limitsOf(state).replans ? undefined : `all ${limitsOf(state).replans} replans are used up`,
};

/** Each request has a number of its own, and the digest that its answer must carry. */
export const isNextElevation: Guard<ElevationData<'requested'>> = {
  name: 'has the next number and its digest',
  refuse: (state, data) => {
    const next = `e${state.elevationCount + 1}`;
    if (data.id !== next) return `the next request is ${next}, not ${data.id}`;
    return data.sha256 === elevationDigest(state.created?.runId ?? '', data) ? undefined : 'its digest is another one';
  },
};

export const isOpenElevation: Guard<ElevationData<'decided'>> = {
  name: 'answers an open request',
  refuse: (state, { id }) =>
    state.elevations.some((open) => open.id === id) ? undefined : `no request "${id}" waits for an answer`,
};

/** Codex leaves its sandbox only where a human said yes to exactly this. */
export const isGrantedByAHuman: Guard<ElevationData<'decided'>> = {
  name: 'is granted by nobody but a human',
  refuse: (state, { id, decision, approval }) => {
    if (decision !== 'approve') return undefined;
    if (approval?.by.actor !== 'human' || approval.decision !== 'approved') return 'no human approved it';
    const { kind, id: of, sha256 } = approval.subject;
    return kind === 'elevation' && of === id && sha256 === state.elevations.find((open) => open.id === id)?.sha256
      ? undefined
      : 'the approval is about something else';
  },
};

/** A run moves from where it is. */
export const isFromPresentPlace: Guard<{ readonly from: { readonly repository: string } }> = {
  name: 'moves from where it is',
  refuse: ({ created }, { from }) =>
    created?.repository === from.repository
      ? undefined
      : `it is in ${created?.repository ?? 'no repository'}, not in ${from.repository}`,
};
