import { aboutSpec, governing } from './spec-draft.js';
import type { Rule } from './rule.js';

export const specNotRegistered: Rule = {
  code: 'SG002',
  name: 'spec-not-registered',
  severity: 'error',
  what: 'A file in tasks/specs has no entry in tasks/index.json.',
  why: 'Approvals and reviews are kept in the entry: without one, nobody can have approved the spec.',
  example: 'tasks/specs/0007-payments.md exists, and no entry of `specs` has its path.',
  mend: 'Register the file. `guard --fix` does it too.',
  overridable: true,
  suppressible: false,
  *check({ inScope, registry }) {
    if (!registry) return;
    for (const facts of inScope) {
      if (facts.entry || facts.file.irregular || facts.spec?.status === 'retired') continue;
      yield {
        ...aboutSpec(facts),
        line: 1,
        message: `The spec is not registered in tasks/index.json.${governing(facts)}`,
        fix: ['codex-orch', 'spec', 'register', facts.path],
      };
    }
  },
};
