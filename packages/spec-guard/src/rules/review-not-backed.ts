import { dayAfter, isAhead } from '../policy/deadlines.js';
import { isLive } from '../spec/mini-spec.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const reviewNotBacked: Rule = {
  code: 'SG015',
  name: 'review-not-backed',
  severity: 'error',
  what: 'A spec says that it was reviewed on a day, and no record of a person bears that out for the content that it has.',
  why: 'A date is typed in a second. Only the record of a review, or an approval, of this very content says that somebody read it.',
  example: '`last_review` is set to today by hand; the last approval is two months old.',
  mend: 'Read the spec, then record the review: that writes the date and who reviewed which content.',
  overridable: true,
  suppressible: false,
  *check({ inScope, at }) {
    for (const facts of inScope) {
      const { spec, standing, baseEntry } = facts;
      if (!spec?.last_review || !standing || !isLive(spec.status) || isAhead(spec.last_review, at)) continue;
      const { reviewedOn } = standing;
      // A day that is written down in one time zone may be the next one in another.
      if (reviewedOn !== undefined && (spec.last_review <= reviewedOn || spec.last_review <= dayAfter(reviewedOn, 1)))
        continue;
      const isApproved = standing.counted.length > 0;
      const isBumped = baseEntry?.last_review !== undefined && baseEntry.last_review !== spec.last_review;
      // A spec that nobody approved as it is has that said already, unless its date was moved as well.
      if (!isApproved && !isBumped) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('last_review'),
        message: `last_review says ${spec.last_review}, but ${
          reviewedOn === undefined
            ? 'there is no record of anybody who looked'
            : `the last record of anybody who looked is of ${reviewedOn}`
        } at this content.${governing(facts)}`,
        fix: specCommand('review', facts),
        subject: 'review',
      };
    }
  },
};
