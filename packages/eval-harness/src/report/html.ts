import { badge, type Content, html, renderPage, table, type Tone } from '@codex-orch/report';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import { assetSummaries, figureLines, pairHeadings, pairRow, templateWords } from './rows.js';

/** Names of tests that are shown of one failure; `evaluation.json` has them all. */
const maxTests = 50;

/** An evaluation as one self-contained page: what failed and how to see it again, then assets, targets and all pairs. */
export function htmlOf(evaluation: Evaluation): string {
  const { id, verdict, totals, pairs, templates, unusable, baselines, environment, startedAt, finishedAt } = evaluation;
  const summaries = assetSummaries(evaluation);
  return renderPage({
    title: `Evaluation ${id}`,
    state: { text: verdict, tone: toneOf(verdict) },
    facts: [
      ['pairs', `${totals.passed} of ${totals.pairs} passed, ${totals.cached} from the cache`],
      ['figures', figureLines(evaluation).join(' ')],
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
        title: 'Templates',
        content: table(
          ['template', 'version', 'result'],
          templates.map((template) => [
            template.template,
            template.version,
            template.verdict === 'failed'
              ? html`<span class="bad">${templateWords(template)}</span>`
              : templateWords(template),
          ]),
        ),
      },
      {
        title: 'Targets',
        content: table(
          [
            ...['target', 'licence', 'traits', 'passed', 'failed', 'skipped', 'as pinned', 'quarantined'],
            ...['lint', 'typecheck', 'tests take'],
          ],
          baselines.map(
            ({ target, version, licence, traits, counts, asPinned, quarantined, durationMs, ...checks }) => [
              `${target}@${version}`,
              licence,
              traits.join(', '),
              counts.passed,
              counts.failed,
              counts.skipped,
              asPinned ? 'yes' : html`<span class="waiting">no</span>`,
              quarantined.join(', ') || '–',
              checks.lint ? `${checks.lint.findings} findings` : 'none',
              checks.typecheck ? `${checks.typecheck.findings} findings` : 'none',
              seconds(durationMs),
            ],
          ),
        ),
      },
      { title: 'Pairs', content: table(pairHeadings, pairs.map(pairView)) },
    ],
    source: `Made by @codex-orch/eval-harness from evaluation ${id}.`,
  });
}

const toneOf = (verdict: 'passed' | 'failed'): Tone => (verdict === 'passed' ? 'good' : 'bad');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const pairView = (pair: PairResult): readonly Content[] =>
  pairRow(pair).map((cell, column) =>
    pairHeadings[column] === 'verdict' ? html`<span class="${toneOf(pair.verdict)}">${cell}</span>` : cell,
  );

function failureView({ asset, target, causes, reproduce, tests, files, lint, typecheck }: PairResult) {
  const names = [...tests.newlyFailing, ...tests.missing];
  const problems = [...files.failed, ...files.unparsable].map(({ path, message }) => `${path}: ${message}`);
  const found = [...(typecheck?.added ?? []), ...(lint?.added ?? [])].map(
    ({ path, line, code, message }) => `${path}:${line} ${code} ${message}`,
  );
  return html`<details open>
    <summary>${asset} on ${target} ${badge('failed', 'bad')}</summary>
    ${causes.map(({ kind, message }) => html`<p><strong>${kind}</strong>: ${message}</p>`)} ${list(names)}
    ${list(problems)} ${list(found)} ${reproduce.length > 0 ? html`<pre>${reproduce.join(' ')}</pre>` : undefined}
  </details>`;
}

const list = (lines: readonly string[]): Content =>
  lines.length === 0
    ? undefined
    : html`<pre>${[...lines.slice(0, maxTests), ...(lines.length > maxTests ? [`… ${lines.length - maxTests} more`] : [])].join('\n')}</pre>`;
