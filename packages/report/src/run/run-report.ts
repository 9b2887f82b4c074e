import { type Approval, describeBase, type LogLine, type Manifest, type TestReport } from '@codex-orch/core';
import { html } from '../html/html.js';
import { diffView, renderPage, table, type Tone } from '../page/index.js';
import { timeline } from './timeline.js';

/** What a page about a run is made of. */
export interface RunReportParts {
  readonly manifest: Manifest;
  /** The lines of `events.jsonl`. */
  readonly lines: readonly LogLine[];
  /** The recorded diff, or why it is not shown. */
  readonly diff?: { readonly text: string } | { readonly withheld: string } | undefined;
  /** What testing said last. */
  readonly tests?: TestReport | undefined;
  /** What `verifyRun` found; an empty list says that the run is intact. */
  readonly problems: readonly string[];
  /** Said at the end of the page: what made it. */
  readonly source: string;
}

/**
 * Renders a run as one self-contained HTML page: where it stands, what happened, what was tested, reviewed and approved, and the diff.
 * All that comes from a model or a repository is text in it.
 */
export function renderRunReport({ manifest, lines, diff, tests, problems, source }: RunReportParts): string {
  const { goal, state, end, runId, taskId, repository, base, mode, codex, model, budget, review } = manifest;
  const { used, limits } = budget;
  return renderPage({
    title: goal,
    state: { text: state, tone: toneOf(state) },
    facts: [
      ['ended because', end && `${end.message} [${end.code}]`],
      ['run', html`<code>${runId}</code>`],
      ['task', taskId],
      ['repository', repository],
      ['base', html`${describeBase(base)} @ <code>${base.commit.slice(0, 12)}</code>`],
      ['Codex', codex && `${codex.version} through ${mode?.used ?? codex.driver}${mode ? ` (${mode.reason})` : ''}`],
      ['model', model && `${model.roles} at ${model.provider}`],
      [
        'used',
        `${used.totalTokens} of ${limits.tokens} tokens, ${used.turns} of ${limits.turns} turns, ${minutes(used.elapsedMs)} of ${limits.minutes} min of work`,
      ],
      ['began', manifest.createdAt],
      ['last event', manifest.updatedAt],
      [
        'record',
        problems.length === 0
          ? html`<span class="good">intact</span>: every digest was computed again`
          : html`<span class="bad">not as it was recorded</span>`,
      ],
      ['commit', manifest.commit && html`<code>${manifest.commit}</code>`],
      ['applied to', manifest.appliedTo.join(', ')],
    ],
    sections: [
      {
        title: 'What is wrong with the record',
        content: problems.map((problem) => html`<p class="bad">${problem}</p> `),
      },
      { title: 'What happened', content: timeline(lines) },
      { title: 'Tests', content: tests && testsView(tests) },
      { title: 'Review', content: review && html`<p><strong>${review.verdict}</strong>: ${review.summary}</p>` },
      { title: 'Approvals', content: approvalsView(manifest.approvals) },
      { title: 'Files', content: filesView(manifest) },
      {
        title: 'Diff',
        content: diff && ('text' in diff ? diffView(diff.text) : html`<p class="waiting">${diff.withheld}</p>`),
      },
      {
        title: 'Artifacts',
        content: table(
          ['kind', 'file', 'bytes', 'sha256'],
          manifest.artifacts.map(({ kind, path, bytes, sha256 }) => [
            kind,
            html`<code>${path}</code>`,
            bytes,
            html`<code>${sha256}</code>`,
          ]),
        ),
      },
    ],
    source,
  });
}

const minutes = (ms: number): string => (ms / 60_000).toFixed(1);

function toneOf(state: string): Tone {
  if (state === 'done') return 'good';
  return ['blocked', 'failed', 'rejected', 'escalated', 'exhausted', 'cancelled'].includes(state) ? 'bad' : 'waiting';
}

const testsView = ({ commands, reason }: TestReport) =>
  table(
    ['command', 'result', 'passed', 'failed', 'skipped', 'seconds', 'log'],
    commands.map(({ command, exitCode, timedOut, counts, durationMs, log }) => [
      html`<code>${command.join(' ')}</code>`,
      timedOut
        ? html`<span class="bad">timed out</span>`
        : exitCode === 0
          ? counts !== null && counts.passed + counts.failed === 0
            ? html`<span class="waiting">passed, and no test ran</span>`
            : html`<span class="good">passed</span>`
          : html`<span class="bad">exit code ${exitCode === null ? 'none' : exitCode}</span>`,
      counts?.passed ?? '–',
      counts?.failed ?? '–',
      counts?.skipped ?? '–',
      (durationMs / 1000).toFixed(1),
      html`<code>${log}</code>`,
    ]),
  ) ?? html`<p class="waiting">${reason ?? 'Nothing ran.'}</p>`;

const approvalsView = (approvals: readonly Approval[]) =>
  table(
    ['decision', 'by', 'at', 'about', 'why', 'signed'],
    approvals.map(({ decision, by, at, channel, subject, justification, signature }) => [
      html`<span class="${decision === 'approved' ? 'good' : 'bad'}">${decision}</span>`,
      `${by.name}${by.email === '' ? '' : ` <${by.email}>`} (${by.actor})`,
      `${at}, ${channel}`,
      html`${subject.kind} <code>${subject.sha256.slice(0, 16)}…</code>`,
      justification,
      signature === undefined ? 'no' : 'yes',
    ]),
  );

const filesView = ({ diff }: Manifest) =>
  diff &&
  table(
    ['file', 'change', 'added', 'removed'],
    diff.files.map(({ path, oldPath, status, added, removed }) => [
      html`<code>${oldPath === undefined ? path : `${oldPath} → ${path}`}</code>`,
      status,
      added ?? 'binary',
      removed ?? 'binary',
    ]),
  );
