import { badge, html, renderPage, table, type Tone } from '@codex-orch/report';
import type { AttemptResult } from '../attempt-result.js';
import type { GoalEvaluation, VariantSummary } from '../goal-evaluation.js';
import {
  attemptHeadings,
  attemptRow,
  attemptWords,
  currencyOf,
  modelLines,
  variantHeadings,
  variantRow,
  verdictWords,
} from './rows.js';

/** Names of tests that are shown of one attempt; `goals.json` has them all. */
const maxTests = 50;

/** An evaluation of goals as one self-contained page. */
export function goalsHtml(evaluation: GoalEvaluation): string {
  const { id, title, goal, verdict, totals, baseline, hiddenBefore, variants, comparisons, attempts } = evaluation;
  const { environment, startedAt, finishedAt } = evaluation;
  const currency = currencyOf(evaluation);
  return renderPage({
    title,
    state: { text: verdictWords(evaluation), tone: toneOf(verdict) },
    facts: [
      ['evaluation', id],
      ['goal', goal],
      ['model', modelLines(evaluation).map((line) => html`${line}<br />`)],
      ['attempts', `${attemptWords(evaluation)}, ${totals.cached} from the cache`],
      [
        'target',
        `${baseline.target}@${baseline.version}: ${baseline.counts.passed} tests pass and ${baseline.counts.failed} fail before any work, ${baseline.quarantined.length} in quarantine`,
      ],
      ['hidden tests', `${hiddenBefore.passed} of ${hiddenBefore.total} pass before any work`],
      ['began', startedAt],
      ['ended', finishedAt],
      ['on', `Node ${environment.node}, ${environment.platform} ${environment.arch}, sandbox: ${environment.sandbox}`],
    ],
    sections: [
      {
        title: 'Not as the scenario asks',
        content: variants.filter((each) => each.verdict === 'failed').map(failureView),
      },
      {
        title: 'Variants',
        content: table(
          [...variantHeadings],
          variants.map((summary) => variantRow(summary, currency)),
        ),
      },
      {
        title: 'Side by side',
        content: comparisons.map(
          ({ first, second, said }) =>
            html`<h3>${first} and ${second}</h3>
              <ul>
                ${said.map((line) => html`<li>${line}</li>`)}
              </ul>`,
        ),
      },
      { title: 'Attempts', content: table([...attemptHeadings], attempts.map(attemptRow)) },
      {
        title: 'Attempts that did not pass',
        content: attempts.filter(({ causes }) => causes.length > 0).map(attemptView),
      },
    ],
    source: `Made by @codex-orch/eval-harness from evaluation ${id}.`,
  });
}

const toneOf = (verdict: GoalEvaluation['verdict']): Tone =>
  verdict === 'passed' ? 'good' : verdict === 'failed' ? 'bad' : 'waiting';

const failureView = ({ variant, causes, reproduce }: VariantSummary) =>
  html`<h3>${variant}</h3>
    ${causes.map(({ kind, message }) => html`<p><strong>${kind}</strong>: ${message}</p>`)}
    ${reproduce.length > 0 ? html`<pre>${reproduce.join(' ')}</pre>` : undefined}`;

function attemptView({ variant, repetition, causes, tests, hidden, verdict }: AttemptResult) {
  const names = [tests?.newlyFailing, tests?.missing, hidden?.failed, hidden?.missing].flatMap((ids) => ids ?? []);
  const more = names.length > maxTests ? [`… ${names.length - maxTests} more`] : [];
  return html`<details>
    <summary>${variant} ${repetition} ${badge(verdict, toneOf(verdict))}</summary>
    ${causes.map(({ kind, message }) => html`<p><strong>${kind}</strong>: ${message}</p>`)}
    ${names.length > 0 ? html`<pre>${[...names.slice(0, maxTests), ...more].join('\n')}</pre>` : undefined}
  </details>`;
}
