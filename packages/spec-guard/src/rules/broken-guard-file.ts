import type { SourceFile } from '../check/check-input.js';
import type { Problem } from '../check/position.js';
import { guardPaths } from '../check/guard-paths.js';
import { parseSigners } from '../approval/signatures.js';
import { readPolicy } from '../policy/read-policy.js';
import type { Policy } from '../policy/policy.js';
import type { Draft, Rule } from './rule.js';

export const brokenGuardFile: Rule = {
  code: 'SG022',
  name: 'broken-guard-file',
  severity: 'error',
  what: 'The policy, the list of signers or the baseline cannot be read, of the base or as the change has it.',
  why: 'A guard that does not know what to ask for must not say that all is well.',
  example: 'tasks/guard.json has `"reviewDays": "thirty"`.',
  mend: 'Correct the file at the line that is named.',
  overridable: false,
  suppressible: false,
  *check({ input: { base, head }, readers, parsedPolicy, signers, waivers, policy, ruleOf }): Iterable<Draft> {
    const tell = (path: string, problems: readonly Problem[], where: string): Draft[] =>
      problems.map(({ message, line, column }) => ({
        path,
        line,
        column,
        message: `${where}: ${message.replace(/\.$/, '')}.`,
        subject: `${where} ${message}`,
      }));
    const differs = (before: SourceFile | undefined, after: SourceFile | undefined): boolean =>
      after !== undefined && (before?.text !== after.text || before.irregular !== after.irregular);
    yield* tell(guardPaths.policy, parsedPolicy.problems, 'The policy of the base');
    if (differs(base.policy, head.policy))
      yield* tell(
        guardPaths.policy,
        readPolicy(head.policy, readers.policy).problems,
        'The policy as the change has it',
      );
    yield* tell(guardPaths.allowedSigners, signers.problems, 'The list of signers of the base');
    if (differs(base.allowedSigners, head.allowedSigners))
      yield* tell(
        guardPaths.allowedSigners,
        parseSigners(head.allowedSigners).problems,
        'The list of signers as the change has it',
      );
    yield* tell(guardPaths.baseline, waivers.baseline.problems, 'The baseline of the base');
    if (differs(base.baseline, head.baseline))
      yield* tell(guardPaths.baseline, waivers.headBaseline.problems, 'The baseline as the change has it');
    for (const name of namedRules(policy))
      if (!ruleOf(name))
        yield {
          path: guardPaths.policy,
          severity: 'warning',
          message: `The policy names a rule that does not exist: ${name}.`,
          subject: name,
        };
    if (policy.approvals.signatures === 'required' && !base.allowedSigners)
      yield {
        path: guardPaths.allowedSigners,
        message: 'The policy requires signatures, and the base has no list of signers: no approval can count.',
        subject: 'no signers',
      };
  },
};

const namedRules = ({ rules, overrides, suppressions }: Policy): readonly string[] => [
  ...new Set([...Object.keys(rules), ...Object.keys(overrides.rules), ...(suppressions.rules ?? [])]),
];
