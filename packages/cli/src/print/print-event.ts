import type { CodexEvent, GoalEvent, LintReport, RecordedEvent } from '@codex-orch/core';
import { counted } from './counted.js';
import { elevationLines } from './elevation.js';
import type { Palette } from './palette.js';
import { visibleLine } from './visible.js';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const cut = (text: string, length = 160): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** New findings that are shown; all that are recorded are in `lint.json`. */
const maxFindings = 10;

function lintLines(lint: LintReport | undefined, palette: Palette): readonly string[] {
  if (!lint) return [];
  if (lint.error !== null) return [`    ${palette.yellow('lint')} ${visibleLine(cut(lint.error))}`];
  const shown = lint.findings.slice(0, maxFindings);
  return [
    ...shown.map(
      ({ rule, path, line, message }) =>
        `    ${palette.yellow('lint')} ${visibleLine(`${path}:${line} ${cut(message)} (${rule})`)}`,
    ),
    ...(lint.newCount > shown.length
      ? [`    ${palette.yellow('lint')} ${counted(lint.newCount - shown.length, 'finding')} more`]
      : []),
  ];
}

/** What a person wants to know of a run's event, as one or more lines; empty for the rest. */
export function printEvent({ event }: Pick<RecordedEvent, 'event'>, palette: Palette): readonly string[] {
  const line = (mark: string, what: string, detail: string): string =>
    `${mark} ${palette.bold(what.padEnd(10))} ${visibleLine(detail)}`;
  const good = palette.green('✓');
  const bad = palette.red('✗');
  const took = (data: { usage: { elapsedMs: number; totalTokens: number } }): string =>
    palette.dim(
      `(${seconds(data.usage.elapsedMs)}${data.usage.totalTokens > 0 ? `, ${data.usage.totalTokens} tokens` : ''})`,
    );
  return linesOf(event, { line, good, bad, took, palette });
}

interface Style {
  readonly line: (mark: string, what: string, detail: string) => string;
  readonly good: string;
  readonly bad: string;
  readonly took: (data: { usage: { elapsedMs: number; totalTokens: number } }) => string;
  readonly palette: Palette;
}

function linesOf(event: GoalEvent, { line, good, bad, took, palette }: Style): readonly string[] {
  switch (event.type) {
    case 'run.created':
      return [
        line(
          palette.cyan('●'),
          'run',
          `${event.data.runId} from ${event.data.base.branch ?? 'detached HEAD'} @ ${event.data.base.commit.slice(0, 10)}`,
        ),
      ];
    case 'preflight.passed': {
      const { codex, mode, testCommands, model, notes } = event.data;
      return [
        line(
          good,
          'preflight',
          `Codex ${codex.version} through ${mode.used} (${mode.reason}); model: ${model.provider}; tests: ${testCommands.map((command) => command.join(' ')).join(', ') || 'none'}`,
        ),
        ...notes.map((note) => line(palette.yellow('!'), 'note', note)),
      ];
    }
    case 'preflight.refused':
      return [line(bad, 'preflight', event.data.message)];
    case 'plan.accepted':
      return [
        `${line(good, 'planner', event.data.plan.summary)} ${took(event.data)}`,
        ...event.data.plan.subtasks.map(({ title }, index) => `    ${index + 1}. ${visibleLine(title)}`),
      ];
    case 'assets.offered': {
      const names = event.data.offers.map(({ id, version }) => `${id}@${version}`);
      return [line(good, 'assets', `offered to the planner: ${names.join(', ')}`)];
    }
    case 'plan.refused':
      return [`${line(bad, 'planner', event.data.problem)} ${took(event.data)}`];
    case 'asset.applied': {
      const { asset, report } = event.data;
      const { changedCount, declinedCount, failedCount } = report;
      const rest = [
        ...(declinedCount > 0 ? [`${counted(declinedCount, 'place')} left alone`] : []),
        ...(failedCount > 0 ? [`${counted(failedCount, 'file')} failed`] : []),
      ];
      const what = [`${counted(changedCount, 'file')} changed`, ...rest].join(', ');
      return [
        `${line(changedCount > 0 ? good : bad, 'asset', `${asset.id}@${asset.version}: ${what}`)} ${took(event.data)}`,
      ];
    }
    case 'asset.refused':
      return [line(bad, 'asset', event.data.message)];
    case 'build.finished': {
      const { build, diff, revision } = event.data;
      const mark = build.status === 'completed' ? good : bad;
      return [
        `${line(mark, 'builder', `${revision > 0 ? `revision ${revision}: ` : ''}${counted(diff.files.length, 'file')} changed${build.text ? `: ${cut(build.text.split('\n')[0] ?? '')}` : ''}`)} ${took(event.data)}`,
      ];
    }
    case 'tests.finished': {
      const { tests } = event.data;
      const detail = tests.commands.map(({ command, exitCode, counts, timedOut }) => {
        const how = timedOut ? 'timed out' : exitCode === 0 ? 'passed' : `failed with exit code ${String(exitCode)}`;
        return `${command.join(' ')} ${how}${counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : ''}`;
      });
      return [
        `${line(tests.passed ? good : bad, 'tester', detail.join('; ') || (tests.reason ?? 'nothing ran'))} ${took(event.data)}`,
        ...lintLines(tests.lint, palette),
      ];
    }
    case 'review.finished': {
      const { verdict, summary, findings } = event.data.review;
      return [
        `${line(verdict === 'approve' ? good : bad, 'reviewer', `${verdict}: ${summary}`)} ${took(event.data)}`,
        ...findings.map(
          ({ severity, file, line: at, message }) =>
            `    ${palette.yellow(severity)} ${visibleLine(`${file ?? ''}${at === null ? '' : `:${at}`} ${message}`.trim())}`,
        ),
      ];
    }
    case 'revision.started':
      return [line(palette.yellow('↻'), 'manager', `back to the builder: ${event.data.reason}`)];
    case 'replan.started':
      return [line(palette.yellow('↻'), 'manager', `back to the planner: ${event.data.reason}`)];
    case 'elevation.requested':
      return [
        line(palette.yellow('?'), 'codex', `asks to leave its sandbox (${event.data.id}) and to`),
        ...elevationLines(event.data.request),
      ];
    case 'elevation.decided':
      return [
        line(event.data.decision === 'approve' ? good : bad, 'elevation', `${event.data.decision}: ${event.data.why}`),
      ];
    case 'approval.recorded':
      return [
        line(
          event.data.approval.decision === 'approved' ? good : bad,
          'approval',
          `${event.data.approval.decision} by ${event.data.approval.by.name}`,
        ),
      ];
    case 'approval.refused':
      return [line(bad, 'approval', event.data.reason)];
    case 'promoted':
      return [line(good, 'promoted', `commit ${event.data.commit.slice(0, 10)} in the run's own repository`)];
    case 'applied':
      return [line(good, 'applied', `${counted(event.data.files.length, 'file')} in ${event.data.repository}`)];
    case 'run.escalated':
    case 'run.exhausted':
    case 'run.failed':
      return [line(bad, 'stopped', event.data.message)];
    case 'run.cancelled':
      return [line(bad, 'cancelled', '')];
    case 'artifact.recorded':
      return [];
  }
}

/** What Codex does at this moment, as one dim line. */
export function printCodexEvent(event: CodexEvent, palette: Palette): string | undefined {
  switch (event.type) {
    case 'command.started':
      return palette.dim(`    $ ${visibleLine(cut(event.command))}`);
    case 'patch':
      return palette.dim(`    ± ${visibleLine(cut(event.paths.join(', ')))}`);
    case 'warning':
      return palette.dim(`    ! ${visibleLine(cut(event.text))}`);
    default:
      return undefined;
  }
}
