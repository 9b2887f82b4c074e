import { guardPaths } from '../check/guard-paths.js';
import { disagreements } from '../registry/disagreements.js';
import { aboutSpec, specCommand } from './spec-draft.js';
import type { Draft, Rule } from './rule.js';

export const indexDisagrees: Rule = {
  code: 'SG010',
  name: 'index-disagrees',
  severity: 'error',
  what: 'An entry of tasks/index.json says something else than the file of its spec, or its file is not there.',
  why: 'People and programs read the registry: it must not promise what the spec does not say.',
  example: 'The entry has `status: approved`, the file `status: in-review`.',
  mend: 'Bring the entry up to date with `guard --fix`; record a review where only the date differs; take an entry away whose spec is gone.',
  overridable: true,
  suppressible: false,
  *check({ inScope, specs, registry, baseRegistry, input, isFull, index }): Iterable<Draft> {
    for (const facts of inScope) {
      const { spec, entry } = facts;
      const fields = spec && entry ? disagreements(spec, entry, facts.sha256) : [];
      if (fields.length === 0) continue;
      const isDate = fields.length === 1 && fields[0] === 'last_review';
      yield {
        ...aboutSpec(facts),
        ...facts.at(isDate ? 'last_review' : 'id'),
        message: `The entry in tasks/index.json says something else about ${fields.join(', ')}.`,
        fix: isDate ? specCommand('review', facts) : ['codex-orch', 'guard', '--fix'],
        subject: fields.join(' '),
      };
    }
    const files = new Set(specs.map(({ path }) => path));
    // Nearly always there is nothing to look up, and of ten thousand entries a set takes its time.
    let changed: ReadonlySet<string | undefined> | undefined;
    let before: ReadonlySet<string> | undefined;
    for (const [at, { path, id }] of (registry?.specs ?? []).entries()) {
      if (files.has(path) || !path.startsWith(guardPaths.specs) || path.includes('..')) continue;
      changed ??= new Set(input.changes?.flatMap((change) => [change.path, change.from]));
      before ??= new Set(baseRegistry?.specs.map((entry) => entry.path));
      if (!isFull && !changed.has(path) && before.has(path)) continue;
      yield {
        path: guardPaths.index,
        ...index?.positionOf(['specs', at, 'path']),
        specId: id,
        message: `The file of spec ${id}, ${path}, is not there.`,
        subject: `gone ${path}`,
      };
    }
  },
};
