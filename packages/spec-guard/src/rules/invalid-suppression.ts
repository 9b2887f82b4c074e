import type { Rule } from './rule.js';

export const invalidSuppression: Rule = {
  code: 'SG017',
  name: 'invalid-suppression',
  severity: 'warning',
  what: 'A `spec-guard-disable` comment has expired, is malformed, or asks for what the policy does not allow.',
  why: 'It silences nothing; whoever reads it believes that it does.',
  example: '`<!-- spec-guard-disable SG003 until=2025-01-01 moving house -->`, a year later.',
  mend: 'Take the comment away, or give it a rule, a date that is not too far ahead, and a reason.',
  overridable: false,
  suppressible: false,
  *check({ waivers }) {
    for (const { path, line, message } of waivers.badSuppressions)
      yield { path, line, message: `The suppression does not count: ${message}.`, subject: message };
  },
};
