import { describePerson } from '../approval/standing.js';
import { isLive } from '../spec/mini-spec.js';
import { aboutSpec, governing, specCommand } from './spec-draft.js';
import type { Rule } from './rule.js';

export const quorumNotMet: Rule = {
  code: 'SG014',
  name: 'quorum-not-met',
  severity: 'error',
  what: 'Fewer people approved a spec than the policy asks for, or it was its author, an agent, or somebody who may not.',
  why: 'The policy says whose agreement a spec needs; nobody agrees with himself.',
  example:
    'The policy has `"authorMayApprove": false`, and the only approval is of whoever wrote the spec in this change.',
  mend: 'Have it approved by somebody else who may.',
  overridable: true,
  suppressible: false,
  *check({ inScope, policy }) {
    const { quorum } = policy.approvals;
    for (const facts of inScope) {
      const { spec, standing } = facts;
      if (!spec || !standing || !isLive(spec.status) || standing.rejected) continue;
      const { counted, ignored } = standing;
      if (counted.length + ignored.length === 0) continue;
      const unsigned = new Set(
        ignored.filter(({ because }) => because === 'signature').map(({ approval }) => approval.by),
      );
      // What the signatures alone are missing for is told by SG013.
      if (counted.length + unsigned.size >= quorum) continue;
      const why = ignored.filter(({ because }) => because !== 'signature').map((one) => one.why);
      const who = counted.map(({ by }) => describePerson(by));
      yield {
        ...aboutSpec(facts),
        ...facts.at('status'),
        message: `${quorum} ${quorum === 1 ? 'person has' : 'people have'} to approve the spec, and ${
          who.length === 0 ? 'nobody who may did' : `only ${who.join(', ')} did`
        }${why.length > 0 ? ` (${[...new Set(why)].join('; ')})` : ''}.${governing(facts)}`,
        fix: specCommand('approve', facts),
        subject: 'quorum',
      };
    }
  },
};
