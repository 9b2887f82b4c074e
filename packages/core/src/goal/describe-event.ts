import type { LintReport } from '../lint/lint-report.js';
import { counted } from '../text/counted.js';
import { cut } from '../text/cut.js';
import { commandsWithoutTests } from '../toolchain/untested.js';
import type { GoalEvent, Usage } from './events.js';

/** `asks`: somebody has to answer. `again`: work that goes back. */
export type EventTone = 'begins' | 'good' | 'bad' | 'note' | 'asks' | 'again';

/** What a person wants to know of an event, as plain text that is still to be made safe to show. */
export interface EventDescription {
  readonly tone: EventTone;
  /** Who or what it is about, in one word. */
  readonly what: string;
  readonly detail: string;
  /** What it cost, where that was measured. */
  readonly usage?: Usage | undefined;
  /** Further lines; a label says how much a line matters. */
  readonly more: readonly { readonly label?: string | undefined; readonly text: string }[];
}

/** New findings that are told; all that are recorded are in `lint.json`. */
const maxFindings = 10;

function lintLines(lint: LintReport | undefined): EventDescription['more'] {
  if (!lint) return [];
  if (lint.error !== null) return [{ label: 'lint', text: cut(lint.error) }];
  const shown = lint.findings.slice(0, maxFindings);
  const left = lint.newCount - shown.length;
  return [
    ...shown.map(({ rule, path, line, message }) => ({
      label: 'lint',
      text: `${path}:${line} ${cut(message)} (${rule})`,
    })),
    ...(left > 0 ? [{ label: 'lint', text: `${counted(left, 'finding')} more` }] : []),
  ];
}

/** What the last part of a run cost says nothing about why it ended. */
const isEnd = ({ type }: GoalEvent): boolean => ['run.escalated', 'run.exhausted', 'run.failed'].includes(type);

/** What a run starts from, without the commit: a branch, and the goals whose work was put together on it. */
export const describeBase = ({
  branch,
  works = [],
}: Extract<GoalEvent, { type: 'run.created' }>['data']['base']): string =>
  `${branch ?? 'detached HEAD'}${works.length === 0 ? '' : ` with the work of ${new Intl.ListFormat('en').format(works)}`}`;

/** Says what happened; nothing for an event that only books a file. */
export function describeEvent(event: GoalEvent): readonly EventDescription[] {
  const tell = (
    tone: EventTone,
    what: string,
    detail: string,
    more: EventDescription['more'] = [],
  ): readonly EventDescription[] => [
    { tone, what, detail, more, ...('usage' in event.data && !isEnd(event) ? { usage: event.data.usage } : {}) },
  ];
  switch (event.type) {
    case 'run.created': {
      const { runId, base } = event.data;
      return tell('begins', 'run', `${runId} from ${describeBase(base)} @ ${base.commit.slice(0, 10)}`);
    }
    case 'preflight.passed': {
      const { codex, mode, testCommands, model, notes } = event.data;
      const tests = testCommands.map((command) => command.join(' ')).join(', ') || 'none';
      return [
        ...tell(
          'good',
          'preflight',
          `Codex ${codex.version} through ${mode.used} (${mode.reason}); model: ${model.provider}; tests: ${tests}`,
        ),
        ...notes.flatMap((note) => tell('note', 'note', note)),
      ];
    }
    case 'preflight.refused':
      return tell('bad', 'preflight', event.data.message);
    case 'plan.accepted':
      return tell(
        'good',
        'planner',
        event.data.plan.summary,
        event.data.plan.subtasks.map(({ title }, index) => ({ text: `${index + 1}. ${title}` })),
      );
    case 'assets.offered': {
      const names = event.data.offers.map(({ id, version }) => `${id}@${version}`);
      return tell('good', 'assets', `offered to the planner: ${names.join(', ')}`);
    }
    case 'plan.refused':
      return tell('bad', 'planner', event.data.problem);
    case 'asset.applied': {
      const { asset, report } = event.data;
      const { changedCount, declinedCount, failedCount } = report;
      const what = [
        `${counted(changedCount, 'file')} changed`,
        ...(declinedCount > 0 ? [`${counted(declinedCount, 'place')} left alone`] : []),
        ...(failedCount > 0 ? [`${counted(failedCount, 'file')} failed`] : []),
      ].join(', ');
      return tell(changedCount > 0 ? 'good' : 'bad', 'asset', `${asset.id}@${asset.version}: ${what}`);
    }
    case 'asset.refused':
      return tell('bad', 'asset', event.data.message);
    case 'build.finished': {
      const { build, diff, revision } = event.data;
      const said = build.text ? `: ${cut(build.text.split('\n')[0] ?? '')}` : '';
      return tell(
        build.status === 'completed' ? 'good' : 'bad',
        'builder',
        `${revision > 0 ? `revision ${revision}: ` : ''}${counted(diff.files.length, 'file')} changed${said}`,
      );
    }
    case 'tests.finished': {
      const { tests } = event.data;
      const detail = tests.commands.map(({ command, exitCode, counts, timedOut }) => {
        const how = timedOut ? 'timed out' : exitCode === 0 ? 'passed' : `failed with exit code ${String(exitCode)}`;
        return `${command.join(' ')} ${how}${counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : ''}`;
      });
      return tell(tests.passed ? 'good' : 'bad', 'tester', detail.join('; ') || (tests.reason ?? 'nothing ran'), [
        ...commandsWithoutTests(tests).map((command) => ({ label: 'warning', text: `no test ran in ${command}` })),
        ...lintLines(tests.lint),
      ]);
    }
    case 'review.finished': {
      const { verdict, summary, findings } = event.data.review;
      return tell(
        verdict === 'approve' ? 'good' : 'bad',
        'reviewer',
        `${verdict}: ${summary}`,
        findings.map(({ severity, file, line, message }) => ({
          label: severity,
          text: `${file ?? ''}${line === null ? '' : `:${line}`} ${message}`.trim(),
        })),
      );
    }
    case 'revision.started':
      return tell('again', 'manager', `back to the builder: ${event.data.reason}`);
    case 'replan.started':
      return tell('again', 'manager', `back to the planner: ${event.data.reason}`);
    case 'elevation.requested':
      return tell('asks', 'codex', `asks to leave its sandbox (${event.data.id})`);
    case 'elevation.decided':
      return tell(
        event.data.decision === 'approve' ? 'good' : 'bad',
        'elevation',
        `${event.data.decision}: ${event.data.why}`,
      );
    case 'approval.recorded': {
      const { decision, by } = event.data.approval;
      return tell(decision === 'approved' ? 'good' : 'bad', 'approval', `${decision} by ${by.name}`);
    }
    case 'approval.refused':
      return tell('bad', 'approval', event.data.reason);
    case 'promoted':
      return tell('good', 'promoted', `commit ${event.data.commit.slice(0, 10)} in the run's own repository`);
    case 'applied':
      return tell('good', 'applied', `${counted(event.data.files.length, 'file')} in ${event.data.repository}`);
    case 'run.escalated':
    case 'run.exhausted':
    case 'run.failed':
      return tell('bad', 'stopped', event.data.message);
    case 'run.cancelled':
      return tell('bad', 'cancelled', `by ${event.data.by}`);
    case 'run.moved':
      return tell('note', 'moved', `from ${event.data.from.worker} to ${event.data.to.worker}`);
    case 'artifact.recorded':
      return [];
  }
}
