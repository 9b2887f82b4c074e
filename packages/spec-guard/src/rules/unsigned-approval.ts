import { describePerson } from '../approval/standing.js';
import { isLive } from '../spec/mini-spec.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const unsignedApproval: Rule = {
  code: 'SG013',
  name: 'unsigned-approval',
  severity: 'error',
  what: 'An approval that is needed has no signature although the policy requires one, or a signature that does not hold.',
  why: 'Without a signature an approval is a claim that anybody can write into the registry.',
  example: 'The policy has `"signatures": "required"`, and the approval of Ada has no field `signature`.',
  mend: 'Let the same person approve again, with `signing.key` set; tasks/allowed_signers of the base has to list the key for that person.',
  overridable: true,
  suppressible: false,
  *check({ inScope, policy }) {
    for (const facts of inScope) {
      const { spec, standing } = facts;
      if (!spec || !standing || !isLive(spec.status) || standing.rejected) continue;
      const bad = standing.ignored.filter(({ because }) => because === 'signature');
      const isForged = bad.some(({ approval }) => approval.signature !== undefined);
      // With enough good approvals, one that merely lacks its signature is not needed.
      if (bad.length === 0 || (standing.counted.length >= policy.approvals.quorum && !isForged)) continue;
      const who = bad.map(({ approval, why }) => `${describePerson(approval.by)}: ${why}`);
      yield {
        ...aboutSpec(facts),
        ...facts.at('status'),
        message: `An approval does not count (${who.join('; ')}).${governing(facts)}`,
        fix: specCommand('approve', facts),
        subject: 'signature',
      };
    }
  },
};
