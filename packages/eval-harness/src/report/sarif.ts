import type { AcceptedComparison } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { Cause, PairResult } from '../scenario/pair-result.js';
import { acceptedLine, assetLine, type CitedDocuments, type CitedLine, targetLine } from './cited.js';
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
 * The failures of an evaluation, and what is worse than what is accepted, as a SARIF 2.1.0 log.
 *
 * A result stands at the entry of its asset in the index, or of its target in the list of these, and a regression at what is accepted: the
 * files that an asset changed are those of packages that are no part of the repository, and no reviewer could open them there.
 *
 * Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(evaluation: Evaluation, comparison?: AcceptedComparison, documents: CitedDocuments = {}) {
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
          ...pairs.flatMap((pair) => pair.causes.map((cause) => resultOf(pair, cause, documents))),
          ...templates
            .filter(({ verdict }) => verdict === 'failed')
            .map((one) =>
              result(
                'template-failed',
                `${one.template}: ${templateWords(one)}`,
                assetLine(documents, one.template),
                one.template,
              ),
            ),
          ...unusable.map(({ target, code, message }) =>
            result('target-unusable', `${target} (${code}): ${message}`, targetLine(documents, target), target),
          ),
          ...(isNothingJudged(evaluation)
            ? [result('nothing-judged', nothingJudged, targetLine(documents, ''), 'evaluation')]
            : []),
          ...(comparison ? regressionResults(comparison, documents) : []),
        ],
      },
    ],
  };
}

const regressionResults = ({ scenario, regressions }: AcceptedComparison, documents: CitedDocuments) =>
  regressions.map((regression) => {
    const { kind, asset, target, reproduce } = regression;
    const again = reproduce.length > 0 ? ` Reproduce: ${reproduce.join(' ')}` : '';
    const name = [kind, asset, target].filter((part) => part !== undefined).join('/');
    return result(
      'regression',
      `${regressionWords(regression)}${again}`,
      acceptedLine(documents, `evaluation/baselines/${scenario}.json`, { asset, target }),
      name,
    );
  });

/** Names of tests that a message holds; `evaluation.json` has them all. */
const maxTests = 10;

function resultOf(
  { asset, target, reproduce, tests }: PairResult,
  { kind, message }: Cause,
  documents: CitedDocuments,
) {
  const names = kind === 'newly-failing' ? tests.newlyFailing : kind === 'missing-tests' ? tests.missing : [];
  const shown = names.slice(0, maxTests).map((name) => ` "${name}"`);
  const again = reproduce.length > 0 ? ` Reproduce: ${reproduce.join(' ')}` : '';
  const text = `${asset} on ${target}: ${message}.${shown.join(',')}${again}`;
  const ofTarget = targetLine(documents, target);
  // The control is in no index: a target whose tests do not notice it is what has to be looked at.
  const at = kind === 'control-not-caught' ? ofTarget : assetLine(documents, asset);
  const related = { message: { text: `The target ${target}` }, physicalLocation: physical(ofTarget) };
  return { ...result(kind, text, at, `${asset}/${target}`), relatedLocations: [related] };
}

const result = (ruleId: keyof typeof rules, text: string, at: CitedLine, name: string) => ({
  ruleId,
  ruleIndex: ruleIds.indexOf(ruleId),
  level: 'error' as const,
  message: { text },
  locations: [
    {
      physicalLocation: physical(at),
      logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }],
    },
  ],
  partialFingerprints: { 'evaluation/v1': `${ruleId}/${name}` },
});

const physical = ({ uri, line }: CitedLine) => ({ artifactLocation: { uri }, region: { startLine: line } });
