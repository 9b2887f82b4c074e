import { makeMatcher } from '../engine/match.js';
import { makeScopes } from '../engine/scope.js';
import type { NameScope, Pattern, Term } from '../engine/term.js';

/** One edit as a pair of terms; nothing is left of what was deleted. */
export interface Example {
  readonly before: Term;
  readonly after: Term | null;
}

/** What all examples have in common: what is equal stays, what differs is a hole, and the same difference is the same hole. */
export interface Generalization {
  readonly before: Pattern;
  readonly after: Pattern | null;
  /** What each part of the two patterns is in each example. */
  readonly origin: ReadonlyMap<Pattern, readonly (Term | readonly Term[])[]>;
  /** Holes and rests that the pattern after has, and the pattern before has not. */
  readonly unbound: readonly number[];
}

const { isExpression } = makeMatcher();
const { isLocal, isReference } = makeScopes();

/** The least general patterns that all examples fit. */
export function generalize(examples: readonly Example[]): Generalization {
  const holes = new Map<string, number>();
  const origin = new Map<Pattern, readonly (Term | readonly Term[])[]>();
  const seen = { before: new Set<number>(), after: new Set<number>() };

  const numberOf = (key: string, side: 'before' | 'after'): number => {
    let hole = holes.get(key);
    if (hole === undefined) holes.set(key, (hole = holes.size + 1));
    seen[side].add(hole);
    return hole;
  };
  const note = <T extends Pattern>(pattern: T, terms: readonly (Term | readonly Term[])[]): T => {
    origin.set(pattern, terms);
    return pattern;
  };

  const unify = (terms: readonly Term[], side: 'before' | 'after'): Pattern | undefined => {
    const [first] = terms;
    if (first === undefined) return undefined;
    const isAlike = terms.every(
      ({ type, value, fields }) =>
        type === first.type && value === first.value && Object.keys(fields).join() === Object.keys(first.fields).join(),
    );
    if (isAlike) {
      const fields: Record<string, Pattern | readonly Pattern[]> = {};
      let isWhole = true;
      // What becomes of an attempt that fails must not be counted.
      const count = new Set(seen[side]);
      for (const [name, value] of Object.entries(first.fields)) {
        const field = Array.isArray(value)
          ? unifyLists(
              terms.map((term) => term.fields[name] as readonly Term[]),
              side,
            )
          : unify(
              terms.map((term) => term.fields[name] as Term),
              side,
            );
        if (field === undefined) isWhole = false;
        else fields[name] = field;
      }
      if (isWhole) {
        const scope = side === 'before' && isReference(first) ? scopeOf(terms) : undefined;
        const { type, value } = first;
        return note(
          {
            type,
            ...(value === '' ? {} : { value }),
            ...(Object.keys(fields).length > 0 ? { fields } : {}),
            ...(scope ? { scope } : {}),
          },
          terms,
        );
      }
      seen[side] = count;
    }
    const accepts = acceptedBy(terms);
    if (accepts === undefined) return undefined;
    return note({ hole: numberOf(terms.map(({ key }) => key).join(), side), accepts }, terms);
  };

  const unifyLists = (
    lists: readonly (readonly Term[])[],
    side: 'before' | 'after',
  ): readonly Pattern[] | undefined => {
    const [first = []] = lists;
    const shortest = Math.min(...lists.map(({ length }) => length));
    if (lists.every(({ length }) => length === first.length))
      return all(
        first.map((_, at) =>
          unify(
            lists.map((list) => list[at] as Term),
            side,
          ),
        ),
      );
    const same = (at: (list: readonly Term[]) => Term | undefined): boolean =>
      lists.every((list) => at(list)?.key === at(first)?.key);
    let head = 0;
    while (head < shortest && same((list) => list[head])) head++;
    let tail = 0;
    while (tail < shortest - head && same((list) => list.at(-1 - tail))) tail++;
    const middle = lists.map((list) => list.slice(head, list.length - tail));
    // Elements that are cut off from a body are no list of their own.
    if (first.some(({ type }) => /^(TemplateElement|JSXText|VariableDeclarator)$/.test(type))) return undefined;
    const rest = note(
      { rest: numberOf(middle.map((list) => list.map(({ key }) => key).join(' ')).join(','), side) },
      middle,
    );
    const concrete = (at: (list: readonly Term[]) => Term): Pattern | undefined => unify(lists.map(at), side);
    return all([
      ...first.slice(0, head).map((_, at) => concrete((list) => list[at] as Term)),
      rest,
      ...first.slice(first.length - tail).map((_, at) => concrete((list) => list[list.length - tail + at] as Term)),
    ]);
  };

  const before = unify(
    examples.map((example) => example.before),
    'before',
  );
  const written = examples.flatMap(({ after }) => (after === null ? [] : [after]));
  const after = written.length === examples.length ? unify(written, 'after') : null;
  return {
    before: before ?? { hole: 0, accepts: 'Any' },
    after: after ?? null,
    origin,
    unbound: [...seen.after].filter((hole) => !seen.before.has(hole)),
  };
}

function all(patterns: readonly (Pattern | undefined)[]): readonly Pattern[] | undefined {
  return patterns.includes(undefined) ? undefined : (patterns as readonly Pattern[]);
}

function scopeOf(terms: readonly Term[]): NameScope {
  const local = terms.filter((term) => isLocal(term.value, term)).length;
  return local === 0 ? 'module' : local === terms.length ? 'local' : 'any';
}

/** What a hole takes: what its examples were, and any expression for an expression. Undefined where no hole can be. */
function acceptedBy(terms: readonly Term[]): string | undefined {
  const [first] = terms;
  if (first === undefined || first.start < 0) return undefined;
  const types = new Set(terms.map(({ type }) => type));
  if (['TemplateElement', 'Empty', 'JSXText', 'Program', 'JSXClosingElement'].some((type) => types.has(type)))
    return undefined;
  if (types.size === 1 && first.type === 'Literal') {
    const kinds = new Set(terms.map(({ value }) => (/^[snri]/.test(value) && value !== 'null' ? value.charAt(0) : '')));
    const [kind = ''] = kinds;
    return kinds.size === 1 && kind !== '' ? `Literal:${kind}` : 'Literal';
  }
  const isValue = !isName(first) && [...types].every(isExpression);
  if (isValue) return 'Expression';
  if (types.size === 1) return first.type;
  if ([...types].every((type) => /(Statement|Declaration)$/.test(type))) return 'Statement';
  return 'Any';
}

/** Whether a term stands where only a name can stand. */
function isName({ parent, slot }: Term): boolean {
  if (parent === undefined) return false;
  if (slot === 'property' || slot === 'key') return !parent.value.includes('computed');
  return (
    /^(id|label|local|imported|exported|params|param|left)$/.test(slot) &&
    !/^(Binary|Logical)Expression$/.test(parent.type)
  );
}
