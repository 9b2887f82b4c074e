import { badge, type Content, html, renderPage, table, type Tone } from '@codex-orch/report';
import type { AcceptedComparison } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import { evidenceOf } from '../scenario/evidence.js';
import { figureLines } from './figures.js';
import {
  assetSummaries,
  comparisonWords,
  controlLines,
  newFindings,
  newFindingsTitle,
  outcomeWords,
  pairHeadings,
  pairRow,
  regressionWords,
  settingLines,
  templateWords,
} from './rows.js';

/** Names of tests that are shown of one failure; `evaluation.json` has them all. */
const maxTests = 50;

/**
 * An evaluation as one self-contained page: what failed and how to see it again, how it compares with what is accepted, then assets,
 * targets and all pairs.
 */
export function htmlOf(evaluation: Evaluation, comparison?: AcceptedComparison): string {
  const { id, verdict, totals, pairs, templates, unusable, baselines, environment, startedAt, finishedAt } = evaluation;
  const summaries = assetSummaries(evaluation);
  const settings = settingLines(evaluation);
  return renderPage({
    title: `Evaluation ${id}`,
    state: {
      text: outcomeWords(evaluation, comparison),
      tone: comparison && comparison.regressions.length > 0 ? 'bad' : toneOf(verdict),
    },
    facts: [
      ['pairs', `${totals.passed} of ${totals.pairs} passed, ${totals.cached} from the cache`],
      ...(settings.length > 0 ? [['settings', settings.join(' ')] as const] : []),
      ...controlLines(evaluation).map((line) => ['control', line] as const),
      ['figures', html`${figureLines(evaluation).map((line) => html`<div>${line}</div>`)}`],
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
      { title: 'Compared with what is accepted', content: comparison && comparisonView(comparison) },
      { title: newFindingsTitle, content: newFindings(pairs).map(findingsView) },
      {
        title: 'Assets',
        content: table(
          ['asset', 'version', 'targets', 'failed on', 'files changed', 'changes', 'declined', 'tests kept', 'of'],
          summaries.map((asset) => [
            asset.asset,
            asset.version,
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
      { title: 'Pairs', content: pairTable(pairs, (heading) => !measures.has(heading)) },
      {
        title: 'Measures of pairs',
        content: pairTable(pairs, (heading) => measures.has(heading) || heading === 'asset' || heading === 'target'),
      },
    ],
    source: `Made by @codex-orch/eval-harness from evaluation ${id}.`,
  });
}

const toneOf = (verdict: 'passed' | 'failed'): Tone => (verdict === 'passed' ? 'good' : 'bad');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

type PairHeading = (typeof pairHeadings)[number];

/** Columns of a table of their own, as one table of all would be wider than a page. */
const measures: ReadonlySet<PairHeading> = new Set([
  ...(['changes', 'declined', 'findings', 'cleanly', 'churn', 'edited lines run', 'memory'] as const),
]);

function pairTable(pairs: readonly PairResult[], isShown: (heading: PairHeading) => boolean): Content {
  const shown = <T>(cells: readonly T[]): readonly T[] =>
    cells.filter((_, column) => {
      const heading = pairHeadings[column];
      return heading !== undefined && isShown(heading);
    });
  return table(
    shown(pairHeadings),
    pairs.map((pair) => shown(pairView(pair))),
  );
}

function pairView(pair: PairResult): readonly Content[] {
  const { diff } = evidenceOf(pair);
  return pairRow(pair).map((cell, column) => {
    const heading = pairHeadings[column];
    if (heading === 'verdict') return html`<span class="${toneOf(pair.verdict)}">${cell}</span>`;
    if (heading === 'files changed/matched' && diff !== undefined) return html`<a href="${diff}">${cell}</a>`;
    return cell;
  });
}

const comparisonView = (comparison: AcceptedComparison): Content => html`<p>${comparisonWords(comparison)}</p>
  <ul>
    ${comparison.regressions.map(
      (regression) =>
        html`<li>
          ${regressionWords(regression)}
          ${regression.reproduce.length > 0 ? html`<pre>${regression.reproduce.join(' ')}</pre>` : undefined}
        </li>`,
    )}
  </ul>`;

const findingsView = ({ pair, lines }: { readonly pair: string; readonly lines: readonly string[] }): Content =>
  html`<h3>${pair}</h3>
    ${list(lines)}`;

function failureView(pair: PairResult) {
  const { asset, target, causes, reproduce, tests, files, lint, typecheck } = pair;
  const { diff, log } = evidenceOf(pair);
  const names = [...tests.newlyFailing, ...tests.missing];
  const problems = [...files.failed, ...files.unparsable].map(({ path, message }) => `${path}: ${message}`);
  const found = [...(typecheck?.added ?? []), ...(lint?.added ?? [])].map(
    ({ path, line, code, message }) => `${path}:${line} ${code} ${message}`,
  );
  return html`<details open>
    <summary>${asset} on ${target} ${badge('failed', 'bad')}</summary>
    ${causes.map(({ kind, message }) => html`<p><strong>${kind}</strong>: ${message}</p>`)} ${list(names)}
    ${list(problems)} ${list(found)}
    ${diff === undefined ? undefined : html`<p><a href="${diff}">What it changed</a></p>`}
    ${log === undefined ? undefined : html`<p><a href="${log}">What its tests printed</a></p>`}
    ${reproduce.length > 0 ? html`<pre>${reproduce.join(' ')}</pre>` : undefined}
  </details>`;
}

const list = (lines: readonly string[]): Content =>
  lines.length === 0
    ? undefined
    : html`<pre>${[...lines.slice(0, maxTests), ...(lines.length > maxTests ? [`… ${lines.length - maxTests} more`] : [])].join('\n')}</pre>`;
