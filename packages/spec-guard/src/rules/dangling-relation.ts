import type { Registry } from '../registry/registry.js';
import { aboutSpec } from './spec-draft.js';
import type { Rule } from './rule.js';

const idsOf = (registry: Registry | undefined): readonly string[] =>
  registry ? [...registry.items, ...registry.specs].map(({ id }) => id) : [];

export const danglingRelation: Rule = {
  code: 'SG008',
  name: 'dangling-relation',
  severity: 'error',
  what: 'A spec relates to a task or spec that the registry does not have.',
  why: 'Whoever follows the reference ends nowhere, and the task that was meant has no spec.',
  example: "`relates_to: ['0099']`, and there is no task or spec 0099.",
  mend: 'Correct the id, or register what it names: `codex-orch task new`.',
  overridable: true,
  suppressible: true,
  *check({ inScope, registry, baseRegistry, specs, isFull }) {
    if (!registry) return;
    const known = new Set(idsOf(registry));
    for (const { id } of specs) if (id !== undefined) known.add(id);
    // What a change takes out of the registry it may take from specs that it does not touch.
    const gone = new Set(isFull ? [] : idsOf(baseRegistry).filter((id) => !known.has(id)));
    const bereft =
      gone.size === 0
        ? []
        : specs.filter((facts) => !facts.isInScope && facts.spec?.relates_to.some((id) => gone.has(id)));
    for (const facts of [...inScope, ...bereft]) {
      const dangling = facts.spec?.relates_to.filter((id) => (facts.isInScope ? !known.has(id) : gone.has(id))) ?? [];
      if (dangling.length === 0) continue;
      yield {
        ...aboutSpec(facts),
        ...facts.at('relates_to'),
        message: `It relates to ${dangling.join(', ')}, which the registry does not have.`,
        subject: dangling.join('\n'),
      };
    }
  },
};
