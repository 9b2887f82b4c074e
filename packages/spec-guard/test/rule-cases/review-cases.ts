import { review, specText } from '../world.js';
import { one, type RuleCases, specPath } from './rule-cases.js';

export const reviewCases: Readonly<Record<string, RuleCases>> = {
  SG003: {
    failing: {
      'one day too late': {
        input: one({ last_review: '2026-10-22' }),
        says: /31 days ago, on 2026-10-22; 30 days are allowed/,
        at: `${specPath}:8:14`,
        fix: 'codex-orch spec review 0001',
      },
    },
    passing: {
      'on the last day': one({ last_review: '2026-10-23' }),
      'a retired spec': one({ last_review: '2020-01-01', status: 'retired' }),
    },
  },
  SG004: {
    failing: {
      'next year': {
        input: one({ last_review: '2027-01-01' }),
        says: /2027-01-01, lies in the future/,
        at: `${specPath}:8:14`,
      },
    },
    passing: {
      'today where the day begins first': one({ last_review: '2026-11-23' }),
      today: one({ last_review: '2026-11-22' }),
    },
  },
  SG015: {
    failing: {
      'a date without a record': {
        input: one({ last_review: '2026-11-22' }),
        says: /2026-11-22, but the last record.*2026-11-20/,
        at: `${specPath}:8:14`,
      },
    },
    passing: {
      'the day after, in another time zone': one({ last_review: '2026-11-21' }),
      'a record': one(
        { last_review: '2026-11-22' },
        { reviews: [review(specText({ last_review: '2026-11-22' }), '2026-11-22')] },
      ),
    },
  },
  SG016: {
    failing: { 'after 25 days': { input: one({ last_review: '2026-10-28' }), says: /due by 2026-11-27/ } },
    passing: { 'after 24': one({ last_review: '2026-10-29' }), 'after 31': one({ last_review: '2026-10-22' }) },
  },
};
