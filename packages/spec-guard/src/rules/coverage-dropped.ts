import type { Draft, Rule } from './rule.js';

export const coverageDropped: Rule = {
  code: 'SG021',
  name: 'coverage-dropped',
  severity: 'error',
  what: 'A change touches paths that a spec of the base covered, and takes that spec away from them.',
  why: 'A change cannot get rid of the spec that governs it: the spec could not be asked any more.',
  example:
    'The change edits packages/core/run.ts and takes `packages/core/**` out of the `covers` of the spec, or retires it.',
  mend: 'Change the code under the spec first, or let another approved spec cover the paths; take the spec away in a change of its own.',
  overridable: true,
  suppressible: false,
  *check({ released }): Iterable<Draft> {
    const bySpec = new Map<string, string[]>();
    for (const [path, [id = '']] of released) bySpec.set(id, [...(bySpec.get(id) ?? []), path]);
    for (const [specId, paths] of bySpec) {
      const [first = ''] = paths;
      yield {
        path: first,
        specId,
        paths,
        message: `Spec ${specId} covered ${paths.length === 1 ? 'this path' : `this and ${paths.length - 1} other changed paths`} and does not any more.`,
        subject: [...paths].sort().join('\n'),
      };
    }
  },
};
