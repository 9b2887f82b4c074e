import { isLive } from '../spec/mini-spec.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const statusNotApproved: Rule = {
  code: 'SG006',
  name: 'status-not-approved',
  severity: 'error',
  what: 'Code is changed that a spec governs, and the spec is a draft, in review or rejected.',
  why: 'Building before the spec is agreed on decides what was still to be discussed.',
  example: '`status: in-review`, and a path that the spec covers is changed.',
  mend: 'Have the spec approved. That also sets its status.',
  overridable: true,
  suppressible: false,
  *check({ inScope, isFull }) {
    for (const facts of inScope) {
      const { spec } = facts;
      if (!spec || isLive(spec.status) || spec.status === 'retired') continue;
      // Writing a spec is no fault; building on it before it is approved is one.
      if (facts.governs.length === 0 && !isFull) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('status'),
        severity: facts.governs.length === 0 ? 'warning' : undefined,
        message: `The spec is not approved: its status is ${spec.status}.${governing(facts)}`,
        fix: specCommand('approve', facts),
        subject: 'status',
      };
    }
  },
};
