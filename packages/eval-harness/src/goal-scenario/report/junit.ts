import { seconds, xml } from '../../report/junit.js';
import type { AttemptResult } from '../attempt-result.js';
import type { GoalEvaluation, VariantSummary } from '../goal-evaluation.js';

/**
 * One suite for each variant, with a case for what the scenario asks of it, which is what can fail, and one for each attempt: those of
 * a variant that is not asked to pass may well not.
 */
export function goalsJunit({ id, variants, attempts, totals }: GoalEvaluation): string {
  const failures = variants.filter(({ verdict }) => verdict === 'failed').length;
  const errors = variants.filter(({ verdict }) => verdict === 'not-evaluated').length;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(id)}" tests="${totals.attempts + variants.length}" failures="${failures}" errors="${errors}" time="${seconds(totals.wallMs)}">`,
    ...variants.flatMap((summary) =>
      suite(
        summary,
        attempts.filter(({ variant }) => variant === summary.variant),
      ),
    ),
    '</testsuites>',
  ].join('\n')}\n`;
}

function suite(summary: VariantSummary, attempts: readonly AttemptResult[]): string[] {
  const name = xml(summary.variant);
  const failures = summary.verdict === 'failed' ? 1 : 0;
  const errors = summary.verdict === 'not-evaluated' ? 1 : 0;
  return [
    `  <testsuite name="${name}" tests="${attempts.length + 1}" failures="${failures}" errors="${errors}" skipped="${attempts.filter(({ verdict }) => verdict !== 'passed').length}">`,
    ...askedCase(summary),
    ...attempts.map(attemptCase),
    '  </testsuite>',
  ];
}

function askedCase({ variant, verdict, causes, reproduce, notEvaluated }: VariantSummary): string[] {
  const head = `    <testcase classname="${xml(variant)}" name="as the scenario asks"`;
  const [first] = causes;
  if (!first && verdict !== 'not-evaluated') return [`${head}/>`];
  const body = [
    ...causes.map(({ kind, message }) => `${kind}: ${message}`),
    ...(reproduce.length > 0 ? [`Reproduce: ${reproduce.join(' ')}`] : []),
  ].join('\n');
  const found = first
    ? `<failure type="${first.kind}" message="${xml(first.message)}">${xml(body)}</failure>`
    : `<error type="not-evaluated" message="${notEvaluated} attempts were not evaluated.">${xml(body)}</error>`;
  return [`${head}>`, `      ${found}`, '    </testcase>'];
}

/** JUnit knows no attempt that may fail, so a failed one counts as skipped, with its cause. */
function attemptCase({ variant, repetition, verdict, causes, durationsMs }: AttemptResult): string {
  const head = `    <testcase classname="${xml(variant)}" name="attempt ${repetition}" time="${seconds(durationsMs.run + durationsMs.scoring)}"`;
  if (causes.length === 0) return `${head}/>`;
  const message = causes.map(({ kind, message: text }) => `${kind}: ${text}`).join('\n');
  return `${head}><skipped message="${xml(`${verdict === 'failed' ? 'did not pass' : 'not evaluated'}: ${message}`)}"/></testcase>`;
}
