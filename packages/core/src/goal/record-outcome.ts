import type { Failure } from '../errors/failure.js';
import type { HandoffOutcome } from '../role/team.js';
import { type Diff, noUsage } from './events.js';
import { handoffData, type HandoffRecord } from './handoff.js';
import type { RunRecorder } from './run-recorder.js';
import { currentSubtask, presentDiff } from './state.js';

/** What the builder left, or why it cannot be a diff. */
export type Snapshot = { readonly diff: Diff } | { readonly failure: Failure };

const asFile = (data: object): string => `${JSON.stringify(data, undefined, 2)}\n`;

/** Records what the role that took a handoff answered, as events and files. */
export async function recordOutcome(
  recorder: RunRecorder,
  outcome: HandoffOutcome,
  record: HandoffRecord,
  snapshot: () => Promise<Snapshot>,
): Promise<void> {
  const handoff = handoffData(record);
  switch (outcome.role) {
    case 'planner':
      await recorder.emitOfHandoff('role:planner', { type: 'plan.accepted', data: { plan: outcome.plan, ...handoff } });
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
