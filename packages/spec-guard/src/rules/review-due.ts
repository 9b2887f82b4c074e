import { dayAfter, daysSince, deadlinesOf } from '../policy/deadlines.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const reviewDue: Rule = {
  code: 'SG016',
  name: 'review-due',
  severity: 'warning',
  what: 'The review of a spec will soon be overdue: from the 25th day on unless the policy says otherwise.',
  why: 'After the deadline, changes that the spec governs are refused.',
  example: '`last_review` is 27 days ago, and 30 are allowed.',
  mend: 'Read the spec against the code, correct it, and record the review.',
  overridable: true,
  suppressible: true,
  *check({ inScope, policy, at }) {
    for (const facts of inScope) {
      const { spec } = facts;
      if (!spec?.last_review || spec.status === 'retired') continue;
      const { reviewDays, warnDays } = deadlinesOf(policy, spec);
      const age = daysSince(spec.last_review, at);
      if (age < warnDays || age > reviewDays) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('last_review'),
        message: `A review is due by ${dayAfter(spec.last_review, reviewDays)}; the last one was ${age} days ago.${governing(facts)}`,
        fix: specCommand('review', facts),
      };
    }
  },
};
