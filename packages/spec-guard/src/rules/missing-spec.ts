import { suggestedCover, suggestedTitle } from '../template/suggest.js';
import { firedTriggers } from '../policy/triggers.js';
import type { Rule } from './rule.js';

export const missingSpec: Rule = {
  code: 'SG001',
  name: 'missing-spec',
  severity: 'error',
  what: 'A change sets off a trigger of the policy, and no spec covers its paths.',
  why: 'Some changes have to be thought through before they are made; the trigger says why this is one of them.',
  example: 'db/migrations/0007-drop-users.sql is added, and no spec has a glob in `covers` that matches it.',
  mend: 'Write a spec whose `covers` match the paths, have it approved, and commit it with the change or before it. Or add the paths to the `covers` of a spec that is about them.',
  overridable: true,
  suppressible: true,
  *check({ policy, ungoverned, released }) {
    for (const { trigger, paths, measured } of firedTriggers(
      policy.triggers,
      ungoverned.filter(({ path }) => !released.has(path)),
    )) {
      const [first = ''] = paths;
      yield {
        path: first,
        severity: trigger.severity,
        message: `No spec covers this change, which needs one (${trigger.id}: ${measured}).`,
        why: trigger.reason,
        fix: ['codex-orch', 'spec', 'new', '--title', suggestedTitle(paths), '--covers', suggestedCover(paths)],
        paths,
        subject: `${trigger.id}\n${[...paths].sort().join('\n')}`,
      };
    }
  },
};
