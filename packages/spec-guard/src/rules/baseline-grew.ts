import { guardPaths } from '../check/guard-paths.js';
import type { Rule } from './rule.js';

export const baselineGrew: Rule = {
  code: 'SG019',
  name: 'baseline-grew',
  severity: 'error',
  what: 'A change adds entries to the baseline.',
  why: 'The baseline is the debt of the day on which the guard was adopted. New faults are mended or overridden, not added to it.',
  example: 'The change has an overdue spec, and a new entry for it in tasks/guard-baseline.json.',
  mend: 'Take the new entries out. Where the guard is only now adopted, override this rule once, with the reason.',
  overridable: true,
  suppressible: false,
  *check({ waivers, input }) {
    const { newDebt } = waivers;
    // A base that has no registry has no guard either: this change adopts it.
    if (newDebt.length === 0 || input.base.index === undefined) return;
    const [first] = newDebt;
    yield {
      path: guardPaths.baseline,
      message: `The baseline grew by ${newDebt.length} ${newDebt.length === 1 ? 'entry' : 'entries'}, among them ${first?.code ?? ''} for ${first?.path ?? ''}.`,
      subject: newDebt.map(({ fingerprint }) => fingerprint).join(' '),
    };
  },
};
