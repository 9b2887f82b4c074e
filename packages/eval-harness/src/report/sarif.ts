import type { AcceptedComparison } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { Cause, PairResult } from '../scenario/pair-result.js';
import { isNothingJudged, nothingJudged, regressionWords, templateWords } from './rows.js';

const rules: Readonly<
  Record<Cause['kind'] | 'target-unusable' | 'template-failed' | 'nothing-judged' | 'regression', string>
> = {
  'did-not-apply': 'An asset could not be applied to enough of the files that it matches.',
  'does-not-parse': 'What an asset wrote cannot be parsed.',
  'not-idempotent': 'A second run of an asset changes something again.',
  'rollback-not-exact': 'Taking an asset back does not restore every byte.',
  'newly-failing': "A target's own tests fail after an asset, and did not before.",
  'missing-tests': "Some of a target's own tests are gone after an asset.",
  'no-tests-ran': 'No test ran, so nothing is proven.',
  'new-lint-findings': "A target's own lint finds more after an asset.",
  'new-type-errors': "A target's own typecheck fails after an asset where it did not before.",
  'check-failed': "A target's own lint or typecheck gives no report after an asset.",
  'control-not-caught': "A target's tests do not notice a codemod that is wrong on purpose.",
  error: 'An asset could not be evaluated.',
  'template-failed': 'A template does not render as it has to.',
  'nothing-judged': 'Nothing of what was asked for could be evaluated.',
  regression: 'Something is worse than what is accepted of the scenario.',
  'target-unusable': 'A target could not be fetched, installed or tested.',
};

const ruleIds = Object.keys(rules) as (keyof typeof rules)[];

/**
 * The failures of an evaluation, and what is worse than what is accepted, as a SARIF 2.1.0 log. An asset stands in the index, a target in the file of targets; which of the
 * two met is said in words and as a logical location.
 *
 * Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(evaluation: Evaluation, comparison?: AcceptedComparison) {
  const { id, pairs, templates, unusable, finishedAt } = evaluation;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0' as const,
    runs: [
      {
        tool: {
          driver: {
            name: 'codex-orch evaluation',
            informationUri: 'https://github.com/codex-orch/codex-orch',
            rules: ruleIds.map((rule) => ({ id: rule, shortDescription: { text: rules[rule] } })),
          },
        },
        automationDetails: { id: `evaluation/${id}` },
        invocations: [{ executionSuccessful: true, endTimeUtc: finishedAt }],
        results: [
          ...pairs.flatMap((pair) => pair.causes.map((cause) => resultOf(pair, cause))),
          ...templates
            .filter(({ verdict }) => verdict === 'failed')
            .map((one) =>
              result('template-failed', `${one.template}: ${templateWords(one)}`, 'patterns/index.json', one.template),
            ),
          ...unusable.map(({ target, code, message }) =>
            result('target-unusable', `${target} (${code}): ${message}`, 'evaluation/targets.json', target),
          ),
          ...(isNothingJudged(evaluation)
            ? [result('nothing-judged', nothingJudged, 'patterns/index.json', 'evaluation')]
            : []),
          ...(comparison ? regressionResults(comparison) : []),
        ],
      },
    ],
  };
}

const regressionResults = ({ scenario, regressions }: AcceptedComparison) =>
  regressions.map((regression) => {
    const { kind, asset, target, reproduce } = regression;
    const again = reproduce.length > 0 ? ` Reproduce: ${reproduce.join(' ')}` : '';
    const name = [kind, asset, target].filter((part) => part !== undefined).join('/');
    return result(
      'regression',
      `${regressionWords(regression)}${again}`,
      `evaluation/baselines/${scenario}.json`,
      name,
    );
  });

/** Names of tests that a message holds; `evaluation.json` has them all. */
const maxTests = 10;

function resultOf({ asset, target, reproduce, tests }: PairResult, { kind, message }: Cause) {
  const names = kind === 'newly-failing' ? tests.newlyFailing : kind === 'missing-tests' ? tests.missing : [];
  const shown = names.slice(0, maxTests).map((name) => ` "${name}"`);
  const again = reproduce.length > 0 ? ` Reproduce: ${reproduce.join(' ')}` : '';
  const text = `${asset} on ${target}: ${message}.${shown.join(',')}${again}`;
  return result(kind, text, 'patterns/index.json', `${asset}/${target}`);
}

const result = (ruleId: keyof typeof rules, text: string, uri: string, name: string) => ({
  ruleId,
  ruleIndex: ruleIds.indexOf(ruleId),
  level: 'error' as const,
  message: { text },
  locations: [
    {
      // GitHub shows no result without a line.
      physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }],
    },
  ],
  partialFingerprints: { 'evaluation/v1': `${ruleId}/${name}` },
});
