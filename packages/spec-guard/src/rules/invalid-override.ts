import { guardPaths } from '../check/guard-paths.js';
import type { Draft, Rule } from './rule.js';

export const invalidOverride: Rule = {
  code: 'SG018',
  name: 'invalid-override',
  severity: 'error',
  what: 'An override is malformed or refused by the policy of the base, or the log of overrides was tampered with.',
  why: 'An override that does not count waives nothing; a log that can be rewritten proves nothing.',
  example: '`Spec-Override: SG007` without a reason; a line in the middle of tasks/guard-overrides.jsonl was edited.',
  mend: 'Give the trailer a rule and a reason, or get the approvals that the policy wants. Take the log of the base and append to it: `codex-orch guard --override`.',
  overridable: false,
  suppressible: false,
  *check({ waivers }): Iterable<Draft> {
    for (const { line, message } of waivers.logProblems)
      yield {
        path: guardPaths.overrides,
        line,
        message: `No entry of the log counts: ${message.replace(/\.$/, '')}.`,
        subject: message,
      };
    const refused = waivers.refusedOverrides.map(({ from, message }) => ({ ...from, message }));
    for (const refusal of [...refused, ...waivers.badTrailers]) {
      const isLogged = 'line' in refusal;
      yield {
        path: guardPaths.overrides,
        ...(isLogged && { line: refusal.line }),
        severity: 'warning',
        message: `The override ${isLogged ? `in line ${refusal.line}` : `of commit ${refusal.commit.slice(0, 12)}`} does not count: ${refusal.message}.`,
        subject: isLogged ? refusal.message : `${refusal.commit} ${refusal.message}`,
      };
    }
  },
};
