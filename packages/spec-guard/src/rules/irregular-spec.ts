import { guardPaths } from '../check/guard-paths.js';
import { aboutSpec, governing } from './spec-draft.js';
import type { Draft, Rule } from './rule.js';

const reasons = {
  symlink: 'a symbolic link, whose target can change without the spec being changed',
  submodule: 'a submodule',
  'too-large': 'too large to be read',
  'not-utf8': 'not in UTF-8',
} as const;

export const irregularSpec: Rule = {
  code: 'SG012',
  name: 'irregular-spec',
  severity: 'error',
  what: 'A spec is no regular text file, or the registry points to one outside of tasks/specs.',
  why: 'What was approved has to be in the repository, under the path that is checked.',
  example: 'tasks/specs/0007-payments.md is a symbolic link to ../../notes.md; or an entry has `path: ../spec.md`.',
  mend: 'Put the text itself into tasks/specs, in UTF-8.',
  overridable: true,
  suppressible: false,
  *check({ inScope, registry, baseRegistry, index, isFull }): Iterable<Draft> {
    for (const facts of inScope) {
      const { irregular } = facts.file;
      if (irregular)
        yield {
          ...aboutSpec(facts),
          message: `The spec is ${reasons[irregular]}.${governing(facts)}`,
          subject: irregular,
        };
    }
    // Nearly always there is nothing to look up, and of ten thousand entries a set takes its time.
    let before: ReadonlySet<string> | undefined;
    for (const [at, { id, path }] of (registry?.specs ?? []).entries()) {
      const isInside =
        path.startsWith(guardPaths.specs) && !path.split('/').some((name) => name === '..' || name === '.');
      if (isInside) continue;
      before ??= new Set(baseRegistry?.specs.map((entry) => entry.path));
      if (!isFull && before.has(path)) continue;
      yield {
        path: guardPaths.index,
        ...index?.positionOf(['specs', at, 'path']),
        specId: id,
        message: `Spec ${id} lies outside of ${guardPaths.specs}: ${path}`,
        subject: path,
      };
    }
  },
};
