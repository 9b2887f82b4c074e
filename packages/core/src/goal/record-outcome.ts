import { resolvePlan } from '../role/resolve-plan.js';
import type { HandoffOutcome } from '../role/team.js';
import { IllegalTransitionError } from './errors.js';
import { noUsage } from './events.js';
import { type AssetOutcome, handoffData, type HandoffRecord } from './handoff.js';
import type { RunRecorder } from './run-recorder.js';
import type { Snapshot } from './snapshot.js';
import { currentSubtask, pendingAsset, presentDiff } from './state.js';

const asFile = (data: object): string => `${JSON.stringify(data, undefined, 2)}\n`;

/** Records what the role that took a handoff answered, as events and files. */
export async function recordOutcome(
  recorder: RunRecorder,
  outcome: HandoffOutcome | AssetOutcome,
  record: HandoffRecord,
  snapshot: () => Promise<Snapshot>,
): Promise<void> {
  const handoff = handoffData(record);
  switch (outcome.role) {
    case 'planner': {
      const resolved = resolvePlan(outcome.plan, recorder.state.offers);
      await recorder.emitOfHandoff(
        'role:planner',
        resolved.ok
          ? { type: 'plan.accepted', data: { plan: resolved.plan, ...handoff } }
          : { type: 'plan.refused', data: { problem: resolved.problem, ...handoff } },
      );
      break;
    }
    case 'asset':
      await recordAsset(recorder, outcome, record, snapshot);
      break;
    case 'builder':
      await recordBuild(recorder, outcome, record, await snapshot());
      break;
    case 'tester': {
      const { tests } = outcome;
      const diffSha256 = presentDiff(recorder.state).sha256;
      await recorder.emitOfHandoff('role:tester', { type: 'tests.finished', data: { diffSha256, tests, ...handoff } });
      const n = tests.commands[0]?.log.match(/\d+/)?.[0];
      if (n !== undefined) await recorder.artifact('tests', `tests/${n}.json`, asFile({ diffSha256, ...tests }));
      for (const { log } of tests.commands) await recorder.artifact('log', log);
      if (tests.lint) await recorder.artifact('lint', 'lint.json', asFile({ diffSha256, ...tests.lint }));
      break;
    }
    case 'reviewer': {
      const { review } = outcome;
      const diffSha256 = presentDiff(recorder.state).sha256;
      await recorder.emitOfHandoff('role:reviewer', {
        type: 'review.finished',
        data: { diffSha256, review, ...handoff },
      });
      await recorder.artifact('review', 'review.json', asFile({ diffSha256, ...review }));
      break;
    }
    case 'escalate':
      await recorder.emitOfHandoff('role:manager', {
        type: 'run.escalated',
        data: { message: outcome.message, ...handoff },
      });
      break;
  }
}

async function recordAsset(
  recorder: RunRecorder,
  { report, refused }: AssetOutcome,
  record: HandoffRecord,
  snapshot: () => Promise<Snapshot>,
): Promise<void> {
  const { state } = recorder;
  const subtask = currentSubtask(state)?.id ?? '';
  const asset = pendingAsset(state);
  if (!asset) throw new IllegalTransitionError('asset.applied', state.phase, 'the subtask in work waits for no asset');
  if (refused) {
    const data = { subtask, asset, ...refused, ...handoffData(record) };
    await recorder.emitOfHandoff('orchestrator', { type: 'asset.refused', data });
    return;
  }
  const left = await snapshot();
  if ('failure' in left) {
    const data = { ...left.failure, usage: record.usage };
    await recorder.emitOfHandoff('orchestrator', { type: 'run.failed', data });
    return;
  }
  const data = { subtask, asset, report, diff: left.diff, ...handoffData(record) };
  await recorder.emitOfHandoff('orchestrator', { type: 'asset.applied', data });
  await recorder.artifact('diff', 'diff.patch');
}

async function recordBuild(
  recorder: RunRecorder,
  { build }: Extract<HandoffOutcome, { role: 'builder' }>,
  record: HandoffRecord,
  snapshot: Snapshot,
): Promise<void> {
  if ('failure' in snapshot) {
    const data = { ...snapshot.failure, usage: record.usage };
    await recorder.emitOfHandoff('orchestrator', { type: 'run.failed', data });
    return;
  }
  const { state } = recorder;
  await recorder.emitOfHandoff('role:builder', {
    type: 'build.finished',
    data: {
      subtask: currentSubtask(state)?.id ?? '',
      revision: state.revision,
      build,
      diff: snapshot.diff,
      ...handoffData(record),
    },
  });
  await recorder.artifact('diff', 'diff.patch');
  if (build.status === 'completed') return;
  if (record.exceeded) {
    const data = { ...record.exceeded, usage: noUsage };
    await recorder.emitOfHandoff('orchestrator', { type: 'run.exhausted', data });
    return;
  }
  const error = build.error ?? {
    code: `codex-${build.status}`,
    message: `The builder's Codex turn ended as "${build.status}".`,
  };
  await recorder.emitOfHandoff('orchestrator', { type: 'run.failed', data: { ...error, usage: noUsage } });
}
