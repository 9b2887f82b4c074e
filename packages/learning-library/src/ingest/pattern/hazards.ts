import type { Pattern, Recipe, Term } from '../engine/term.js';
import type { Generalization } from './generalize.js';
import { isPatterns } from './template.js';

interface Use {
  readonly hole: number;
  /** The functions that it stands in, the innermost last. */
  readonly functions: readonly string[];
}

/**
 * What can go wrong with what a hole takes although it went well in the examples: it is evaluated twice or not any more, or it comes into a
 * function, where `await` and `this` mean something else.
 */
export function hazardsOf({ before, origin }: Generalization, after: Pattern): Pick<Recipe, 'plain' | 'forbids'> {
  const [old, now] = [usesIn(before), usesIn(after)];
  const holes = [...new Set(old.map(({ hole }) => hole))];
  const count = (uses: readonly Use[], hole: number): number => uses.filter((use) => use.hole === hole).length;
  const plain = holes.filter((hole) => count(now, hole) !== count(old, hole) && isPlainIn(origin, hole));
  const forbids = holes.flatMap((hole) => {
    const inside = (uses: readonly Use[]): readonly string[] => uses.find((use) => use.hole === hole)?.functions ?? [];
    const entered = inside(now).slice(inside(old).length);
    const types = [...new Set(entered.flatMap(forbiddenIn))];
    return types.length === 0 ? [] : [{ hole, types }];
  });
  return { plain, forbids };
}

function usesIn(pattern: Pattern, functions: readonly string[] = []): Use[] {
  if ('hole' in pattern) return [{ hole: pattern.hole, functions }];
  if ('rest' in pattern) return [{ hole: pattern.rest, functions }];
  const kind = /^(Arrow)?Function/.test(pattern.type) ? `${pattern.type} ${pattern.value ?? ''}` : undefined;
  const inner = kind === undefined ? functions : [...functions, kind];
  return Object.values(pattern.fields ?? {}).flatMap((field) =>
    (isPatterns(field) ? field : [field]).flatMap((item) => usesIn(item, inner)),
  );
}

function forbiddenIn(kind: string): string[] {
  const types = kind.includes('async') ? ['YieldExpression'] : ['AwaitExpression', 'YieldExpression'];
  return kind.startsWith('Arrow') ? types : [...types, 'ThisExpression', 'Super', 'name arguments'];
}

/** Whether no example has anything there that could have an effect; where one has, its author meant it. */
function isPlainIn(origin: Generalization['origin'], hole: number): boolean {
  for (const [pattern, terms] of origin)
    if (('hole' in pattern && pattern.hole === hole) || ('rest' in pattern && pattern.rest === hole))
      return !terms.some((found) =>
        Array.isArray(found) ? (found as readonly Term[]).some(hasEffect) : hasEffect(found as Term),
      );
  return true;
}

function hasEffect(term: Term): boolean {
  if (/^(Call|New|Await|Yield|Assignment|Update|TaggedTemplate|Import)Expression$/.test(term.type)) return true;
  return !/Function/.test(term.type) && Object.values(term.fields).flat().some(hasEffect);
}
