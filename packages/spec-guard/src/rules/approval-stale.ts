import { describePerson } from '../approval/standing.js';
import { isLive } from '../spec/mini-spec.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const approvalStale: Rule = {
  code: 'SG007',
  name: 'approval-stale',
  severity: 'error',
  what: 'A spec says that it is approved, and nobody has approved the content that it has now, or somebody rejected it.',
  why: 'An approval is about one content: what was written after it was agreed on by nobody.',
  example: 'A spec with `status: approved` gets another invariant; its approval names the sha256 of the text before.',
  mend: 'Have the content approved as it is now. `last_review` and `status` may change freely; everything else is content.',
  overridable: true,
  suppressible: false,
  *check({ inScope }) {
    for (const facts of inScope) {
      const { spec, standing } = facts;
      if (!spec || !standing || !isLive(spec.status)) continue;
      const { counted, ignored, rejected, earlier } = standing;
      if (!rejected && (counted.length > 0 || ignored.length > 0)) continue;
      const what = rejected
        ? `${describePerson(rejected.by)} rejected this content on ${rejected.at.slice(0, 10)}.`
        : earlier
          ? `The content was changed after ${describePerson(earlier.by)} approved it on ${earlier.at.slice(0, 10)}.`
          : `The status is ${spec.status}, but nobody has approved the spec.`;
      yield {
        ...aboutSpec(facts),
        ...facts.at('status'),
        message: `${what}${governing(facts)}`,
        fix: specCommand('approve', facts),
        subject: 'approval',
      };
    }
  },
};
