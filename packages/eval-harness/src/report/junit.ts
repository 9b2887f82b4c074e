import type { AcceptedComparison, Regression } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import type { TemplateResult } from '../template/template-result.js';
import { evidenceLines, isNothingJudged, nothingJudged, regressionWords, templateWords } from './rows.js';

/**
 * One suite for each target, one case for each asset; templates, which are judged by themselves, have a suite of their own, and so has
 * what is worse than what is accepted.
 */
export function junitOf(evaluation: Evaluation, comparison?: AcceptedComparison): string {
  const { id, pairs, templates, unusable, totals, startedAt } = evaluation;
  const targets = [...new Set(pairs.map((pair) => pair.target))];
  const suites = targets.map((target) =>
    suite(
      target,
      pairs.filter((pair) => pair.target === target),
    ),
  );
  const lost = unusable.map(({ target, code, message }) =>
    errorSuite(target, { name: 'the target can be used', type: code, message }),
  );
  if (isNothingJudged(evaluation))
    lost.push(
      errorSuite('evaluation', { name: 'something was judged', type: 'nothing-judged', message: nothingJudged }),
    );
  const bad = templates.filter(({ verdict }) => verdict === 'failed').length;
  const worse = comparison?.regressions ?? [];
  const compared = comparison ? Math.max(1, worse.length) : 0;
  const tests = totals.pairs + templates.length + lost.length + compared;
  const counts = `tests="${tests}" failures="${totals.failed + bad + worse.length}" errors="${lost.length}"`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(id)}" ${counts} time="${seconds(totals.wallMs)}" timestamp="${startedAt}">`,
    ...suites,
    ...(templates.length > 0 ? [templateSuite(templates, bad)] : []),
    ...lost,
    ...(comparison ? [comparisonSuite(comparison)] : []),
    '</testsuites>',
  ].join('\n')}\n`;
}

function errorSuite(
  suiteName: string,
  { name, type, message }: { readonly name: string; readonly type: string; readonly message: string },
): string {
  return [
    `  <testsuite name="${xml(suiteName)}" tests="1" failures="0" errors="1">`,
    `    <testcase classname="${xml(suiteName)}" name="${name}">`,
    `      <error type="${xml(type)}" message="${xml(message)}"/>`,
    '    </testcase>',
    '  </testsuite>',
  ].join('\n');
}

function suite(target: string, pairs: readonly PairResult[]): string {
  const failures = pairs.filter((pair) => pair.verdict === 'failed').length;
  const head = `  <testsuite name="${xml(target)}" tests="${pairs.length}" failures="${failures}" errors="0">`;
  return [head, ...pairs.map(testCase), '  </testsuite>'].join('\n');
}

function templateSuite(templates: readonly TemplateResult[], failures: number): string {
  const skipped = templates.filter(({ verdict }) => verdict === 'not-evaluated').length;
  const counts = `tests="${templates.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const cases = templates.map((result) => {
    const head = `    <testcase classname="templates" name="${xml(result.template)}"`;
    if (result.verdict === 'passed') return `${head}/>`;
    const what = result.verdict === 'failed' ? `failure type="${result.causes[0]?.kind ?? ''}"` : 'skipped';
    return `${head}><${what} message="${xml(templateWords(result))}"/></testcase>`;
  });
  return [`  <testsuite name="templates" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
}

function comparisonSuite({ scenario, regressions }: AcceptedComparison): string {
  const name = `what is accepted of ${xml(scenario)}`;
  const { length } = regressions;
  const head = `  <testsuite name="${name}" tests="${Math.max(1, length)}" failures="${length}" errors="0">`;
  const none = `    <testcase classname="${name}" name="nothing is worse"/>`;
  return [
    head,
    ...(length === 0 ? [none] : regressions.map((one) => regressionCase(name, one))),
    '  </testsuite>',
  ].join('\n');
}

function regressionCase(suiteName: string, regression: Regression): string {
  const { kind, target, asset, cause, reproduce } = regression;
  const name = [asset, target].filter((part) => part !== undefined).join(' on ');
  const body = [regressionWords(regression), ...(reproduce.length > 0 ? [`Reproduce: ${reproduce.join(' ')}`] : [])];
  return [
    `    <testcase classname="${suiteName}" name="${xml(`${name}: ${kind}`)}">`,
    `      <failure type="${kind}" message="${xml(cause)}">${xml(body.join('\n'))}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function testCase(pair: PairResult): string {
  const { target, asset, causes, durationsMs, reproduce, tests } = pair;
  const head = `    <testcase classname="${xml(target)}" name="${xml(asset)}" time="${seconds(durationsMs.total)}"`;
  const [first] = causes;
  if (!first) return `${head}/>`;
  const body = [
    ...causes.map(({ kind, message }) => `${kind}: ${message}`),
    ...[...tests.newlyFailing, ...tests.missing].map((name) => `  ${name}`),
    ...evidenceLines(pair),
    ...(reproduce.length > 0 ? [`Reproduce: ${reproduce.join(' ')}`] : []),
  ].join('\n');
  const failure = `      <failure type="${first.kind}" message="${xml(first.message)}">${xml(body)}</failure>`;
  return [`${head}>`, failure, '    </testcase>'].join('\n');
}

export const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const xml = (text: string): string =>
  text
    // XML has no way to write these.
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"]/g, (character) => entities[character] ?? '')
    .replace(/[\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
