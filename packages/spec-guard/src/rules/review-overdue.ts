import { dayAfter, daysSince, deadlinesOf } from '../policy/deadlines.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const reviewOverdue: Rule = {
  code: 'SG003',
  name: 'review-overdue',
  severity: 'error',
  what: 'The last review of a spec is longer ago than the policy allows: 30 days unless it says otherwise.',
  why: 'A spec that nobody has looked at for long describes what the code once was, and misleads whoever builds on it.',
  example: '`last_review: 2026-01-05` on the 22nd of November 2026.',
  mend: 'Read the spec against the code, correct it, and record the review. Editing the date by hand does not help: see SG015.',
  overridable: true,
  suppressible: true,
  *check({ inScope, policy, at }) {
    for (const facts of inScope) {
      const { spec } = facts;
      if (!spec?.last_review || spec.status === 'retired') continue;
      const { reviewDays } = deadlinesOf(policy, spec);
      const age = daysSince(spec.last_review, at);
      if (age <= reviewDays) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('last_review'),
        message: `The last review was ${age} days ago, on ${spec.last_review}; ${reviewDays} days are allowed.${governing(facts)}`,
        why: `It was due by ${dayAfter(spec.last_review, reviewDays)} (risk: ${spec.risk}). ${this.why}`,
        fix: specCommand('review', facts),
      };
    }
  },
};
