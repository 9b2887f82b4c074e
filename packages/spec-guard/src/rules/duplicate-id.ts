import { guardPaths } from '../check/guard-paths.js';
import type { Draft, Rule } from './rule.js';

export const duplicateId: Rule = {
  code: 'SG009',
  name: 'duplicate-id',
  severity: 'error',
  what: 'Two specs or two tasks share an id, or two specs a path, be it only in other letters (`A` and `a`).',
  why: 'An approval names an id: it must be clear which content is meant, on every file system.',
  example: 'tasks/specs/0007-a.md and tasks/specs/0007-b.md both say `id: 0007`.',
  mend: 'Give one of them another id or name, and have it approved again.',
  overridable: true,
  suppressible: false,
  *check({ specs, registry, index }): Iterable<Draft> {
    const byId = new Map<string, string>();
    const byPath = new Map<string, string>();
    for (const facts of specs) {
      const { id } = facts.peek;
      const other = id === undefined ? undefined : byId.get(id.toLowerCase());
      if (id !== undefined && other !== undefined)
        yield {
          path: facts.path,
          ...facts.at('id'),
          specId: id,
          message: `Its id, ${id}, is that of ${other} too.`,
          subject: 'id',
        };
      else if (id !== undefined) byId.set(id.toLowerCase(), facts.path);
      const twin = byPath.get(facts.path.toLowerCase());
      if (twin !== undefined)
        yield {
          path: facts.path,
          line: 1,
          message: `Its path is that of ${twin} in other letters: on some file systems they are one file.`,
          subject: 'path',
        };
      else byPath.set(facts.path.toLowerCase(), facts.path);
    }
    for (const [list, field] of [
      ['items', 'id'],
      ['specs', 'id'],
      ['specs', 'path'],
    ] as const) {
      const seen = new Set<string>();
      for (const [at, entry] of (registry?.[list] ?? []).entries()) {
        const value = String(entry[field]);
        if (seen.has(value.toLowerCase()))
          yield {
            path: guardPaths.index,
            ...index?.positionOf([list, at, field]),
            message: `Two entries of "${list}" have the ${field} ${value}.`,
            subject: `${list} ${field} ${value}`,
          };
        seen.add(value.toLowerCase());
      }
    }
  },
};
