import { isAhead } from '../policy/deadlines.js';
import { aboutSpec, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const reviewInFuture: Rule = {
  code: 'SG004',
  name: 'review-in-future',
  severity: 'error',
  what: 'The date of the last review has not come yet, anywhere on earth.',
  why: 'A review that is dated ahead would keep a spec fresh that nobody looks at.',
  example: '`last_review: 2099-01-01`.',
  mend: 'Record a review of today.',
  overridable: true,
  suppressible: false,
  *check({ inScope, at }) {
    for (const facts of inScope) {
      const day = facts.spec?.last_review;
      if (day === undefined || !isAhead(day, at)) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('last_review'),
        message: `The last review, ${day}, lies in the future.`,
        fix: specCommand('review', facts),
      };
    }
  },
};
