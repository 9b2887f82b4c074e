import { badge, type Content, html, renderPage, table, type Tone } from '@codex-orch/report';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import { assetSummaries, pairHeadings, pairRow } from './rows.js';

/** Names of tests that are shown of one failure; `evaluation.json` has them all. */
const maxTests = 50;

/** An evaluation as one self-contained page: what failed and how to see it again, then assets, targets and all pairs. */
export function htmlOf(evaluation: Evaluation): string {
  const { id, verdict, totals, pairs, unusable, baselines, environment, startedAt, finishedAt } = evaluation;
  const summaries = assetSummaries(evaluation);
  return renderPage({
    title: `Evaluation ${id}`,
    state: { text: verdict, tone: toneOf(verdict) },
    facts: [
      ['pairs', `${totals.passed} of ${totals.pairs} passed, ${totals.cached} from the cache`],
      [
        'time',
        `${seconds(totals.wallMs)}; ${percent(totals.testsMs, totals.workMs)} of the work in the targets' own tests`,
      ],
      ['began', startedAt],
      ['ended', finishedAt],
      ['on', `Node ${environment.node}, ${environment.platform} ${environment.arch}, sandbox: ${environment.sandbox}`],
    ],
    sections: [
      {
        title: 'Targets that could not be used',
        content: table(
          ['target', 'code', 'why'],
          unusable.map(({ target, code, message }) => [target, html`<code>${code}</code>`, message]),
        ),
      },
      { title: 'Failures', content: pairs.filter((pair) => pair.verdict === 'failed').map(failureView) },
      {
        title: 'Assets',
        content: table(
          ['asset', 'targets', 'failed on', 'files changed', 'changes', 'declined', 'tests kept', 'of'],
          summaries.map((asset) => [
            asset.asset,
            asset.targets,
            asset.failedOn.length > 0 ? html`<span class="bad">${asset.failedOn.join(', ')}</span>` : '–',
            asset.filesChanged,
            asset.changes,
            [...asset.declinedByReason].map(([reason, times]) => `${reason} ${times}`).join(', ') || '–',
            asset.kept,
            asset.total,
          ]),
        ),
      },
      {
        title: 'Targets',
        content: table(
          ['target', 'licence', 'traits', 'passed', 'failed', 'skipped', 'as pinned', 'quarantined', 'tests take'],
          baselines.map(({ target, version, licence, traits, counts, asPinned, quarantined, durationMs }) => [
            `${target}@${version}`,
            licence,
            traits.join(', '),
            counts.passed,
            counts.failed,
            counts.skipped,
            asPinned ? 'yes' : html`<span class="waiting">no</span>`,
            quarantined.join(', ') || '–',
            seconds(durationMs),
          ]),
        ),
      },
      { title: 'Pairs', content: table(pairHeadings, pairs.map(pairView)) },
    ],
    source: `Made by @codex-orch/eval-harness from evaluation ${id}.`,
  });
}

const toneOf = (verdict: 'passed' | 'failed'): Tone => (verdict === 'passed' ? 'good' : 'bad');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const percent = (part: number, whole: number): string => (whole > 0 ? `${((100 * part) / whole).toFixed(0)}%` : '–');

const pairView = (pair: PairResult): readonly Content[] =>
  pairRow(pair).map((cell, column) =>
    pairHeadings[column] === 'verdict' ? html`<span class="${toneOf(pair.verdict)}">${cell}</span>` : cell,
  );

function failureView({ asset, target, causes, reproduce, tests, files }: PairResult) {
  const names = [...tests.newlyFailing, ...tests.missing];
  const problems = [...files.failed, ...files.unparsable].map(({ path, message }) => `${path}: ${message}`);
  return html`<details open>
    <summary>${asset} on ${target} ${badge('failed', 'bad')}</summary>
    ${causes.map(({ kind, message }) => html`<p><strong>${kind}</strong>: ${message}</p>`)} ${list(names)}
    ${list(problems)} ${reproduce.length > 0 ? html`<pre>${reproduce.join(' ')}</pre>` : undefined}
  </details>`;
}

const list = (lines: readonly string[]): Content =>
  lines.length === 0
    ? undefined
    : html`<pre>${[...lines.slice(0, maxTests), ...(lines.length > maxTests ? [`… ${lines.length - maxTests} more`] : [])].join('\n')}</pre>`;
