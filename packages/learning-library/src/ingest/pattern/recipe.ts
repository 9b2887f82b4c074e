import type { ConcretePattern, HolePattern, NeededName, Operation, Pattern, Recipe } from '../engine/term.js';
import { hazardsOf } from './hazards.js';
import type { Generalization } from './generalize.js';
import { isPatterns, templateOf } from './template.js';

/** Lists whose elements can be put in and taken out one by one. */
const editable: Readonly<Record<string, readonly string[]>> = {
  arguments: ['CallExpression', 'NewExpression'],
  elements: ['ArrayExpression'],
  properties: ['ObjectExpression'],
  params: ['FunctionDeclaration', 'FunctionExpression'],
  body: ['BlockStatement', 'Program'],
};

/**
 * The steps from the pattern before to the pattern after. Undefined where the example's text cannot tell what to write.
 */
export function recipeOf(
  generalization: Generalization,
  example: number,
  { names, needs }: { readonly names: readonly string[]; readonly needs: readonly NeededName[] },
): Recipe | undefined {
  const { before, after, origin } = generalization;
  const operations: Operation[] = [];
  // Another example may have been tried before, and its numbers stay.
  let ids = highestId(before);
  /** Places of which no example's text says what to write. */
  let failures = 0;
  const id = (pattern: ConcretePattern | HolePattern): number => (pattern.id ??= ++ids);
  nameReferences(before, id);
  if (after === null) {
    if ('rest' in before) return undefined;
    return { before, after, operations: [{ do: 'delete', at: id(before) }], names, needs, plain: [], forbids: [] };
  }

  const write = (pattern: Pattern) => {
    const parts = templateOf(pattern, generalization, example);
    if (parts === undefined) failures++;
    return parts ?? [];
  };
  const replace = (from: Pattern, to: Pattern): void => {
    if ('rest' in from || 'rest' in to) failures++;
    else operations.push({ do: 'replace', at: id(from), with: write(to), type: 'type' in to ? to.type : null });
  };
  /** Changes as little as can be told, and writes the whole where that is not enough. */
  const visit = (from: Pattern, to: Pattern): void => {
    if (keyOf(from) === keyOf(to) || failures > 0) return;
    const made = operations.length;
    step(from, to);
    if (failures === 0 || 'rest' in from) return;
    failures = 0;
    operations.length = made;
    replace(from, to);
  };
  const step = (from: Pattern, to: Pattern): void => {
    if (!('type' in from) || !('type' in to) || from.type !== to.type) {
      replace(from, to);
      return;
    }
    const names = Object.keys(from.fields ?? {});
    if (names.join() !== Object.keys(to.fields ?? {}).join()) {
      replace(from, to);
      return;
    }
    const fields = names.map((name) => [name, from.fields?.[name], to.fields?.[name]] as const);
    if ((from.value ?? '') !== (to.value ?? '')) {
      const isOperator = /^(Binary|Logical|Assignment)Expression$/.test(from.type);
      if (!isOperator || fields.some(([, a, b]) => keysOf(a) !== keysOf(b))) {
        replace(from, to);
        return;
      }
      operations.push({ do: 'token', at: id(from), from: from.value ?? '', to: to.value ?? '' });
      return;
    }
    if (
      fields.some(
        ([name, a, b]) =>
          a && isPatterns(a) && keysOf(a) !== keysOf(b) && !canEdit(from, name, a, b as readonly Pattern[]),
      )
    ) {
      replace(from, to);
      return;
    }
    for (const [name, a, b] of fields) {
      if (a === undefined || b === undefined || keysOf(a) === keysOf(b)) continue;
      if (isPatterns(a) && isPatterns(b)) editList(from, name, a, b);
      else if (!isPatterns(a) && !isPatterns(b)) visit(a, b);
    }
  };
  const canEdit = (owner: ConcretePattern, name: string, a: readonly Pattern[], b: readonly Pattern[]): boolean =>
    a.length === b.length
      ? !/^(quasis|specifiers)$/.test(name)
      : editable[name]?.includes(owner.type) === true && align(a, b) !== undefined;
  const editList = (owner: ConcretePattern, list: string, a: readonly Pattern[], b: readonly Pattern[]): void => {
    if (a.length === b.length && align(a, b) === undefined) {
      a.forEach((item, at) => visit(item, b[at] as Pattern));
      return;
    }
    const steps = align(a, b);
    if (steps === undefined) {
      failures++;
      return;
    }
    let previous: Pattern | undefined;
    for (const [index, step] of steps.entries()) {
      if (step.old !== undefined && step.now !== undefined) previous = step.old;
      else if (step.old !== undefined) {
        if ('rest' in step.old) failures++;
        else operations.push({ do: 'delete', at: id(step.old) });
      } else if (step.now !== undefined) {
        const following = steps.slice(index + 1).find(({ old, now }) => old !== undefined && now !== undefined)?.old;
        const neighbour =
          following !== undefined && (previous === undefined || 'rest' in previous) ? following : previous;
        const side = neighbour === previous ? 'after' : 'before';
        const next =
          neighbour === undefined
            ? null
            : ({ to: 'rest' in neighbour ? { rest: neighbour.rest } : id(neighbour), side } as const);
        // A rest may be empty: then the end of the list is the place, which is wrong where something follows.
        if (neighbour !== undefined && 'rest' in neighbour && side === 'before' && a.length > 1) failures++;
        operations.push({
          do: 'insert',
          at: id(owner),
          list,
          next,
          with: write(step.now),
          keys: list === 'properties' ? keyNames(step.now) : [],
        });
      }
    }
  };
  visit(before, after);
  if (failures > 0 || operations.length === 0 || origin.size === 0) return undefined;
  return { before, after, operations, names, needs, ...hazardsOf(generalization, after) };
}

function highestId(pattern: Pattern): number {
  if ('rest' in pattern) return 0;
  const inner =
    'type' in pattern
      ? Object.values(pattern.fields ?? {}).flatMap((field) => (isPatterns(field) ? field : [field]).map(highestId))
      : [];
  return Math.max(pattern.id ?? 0, ...inner);
}

/** References have to be found again to look at what declares them. */
function nameReferences(pattern: Pattern, id: (pattern: ConcretePattern) => number): void {
  if (!('type' in pattern)) return;
  if (pattern.scope !== undefined) id(pattern);
  for (const field of Object.values(pattern.fields ?? {}))
    for (const item of isPatterns(field) ? field : [field]) nameReferences(item, id);
}

interface Step {
  readonly old?: Pattern;
  readonly now?: Pattern;
}

/** Pairs equal elements in order; undefined where an element changed, so that it would have to go and come back. */
function align(a: readonly Pattern[], b: readonly Pattern[]): Step[] | undefined {
  const steps: Step[] = [];
  const [left, right] = [a.map(keyOf), b.map(keyOf)];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, now] = [a[i], b[j]];
    if (old !== undefined && now !== undefined && left[i] === right[j])
      steps.push({ old: a[i++] as Pattern, now: b[j++] as Pattern });
    else if (old !== undefined && !right.slice(j).includes(left[i] ?? '')) steps.push({ old: a[i++] as Pattern });
    else if (now !== undefined && !left.slice(i).includes(right[j] ?? '')) steps.push({ now: b[j++] as Pattern });
    else return undefined;
  }
  const isChanged = steps.some(
    (step, at) => step.now === undefined && steps[at + 1]?.old === undefined && steps[at + 1]?.now !== undefined,
  );
  return isChanged ? undefined : steps;
}

/** Equal for patterns that say the same. */
export function keyOf(pattern: Pattern): string {
  if ('hole' in pattern) return `$${pattern.hole}`;
  if ('rest' in pattern) return `...$${pattern.rest}`;
  const fields = Object.entries(pattern.fields ?? {}).map(([name, field]) => `${name}=${keysOf(field)}`);
  return `${pattern.type}<${pattern.value ?? ''}>(${fields.join()})`;
}

const keysOf = (field: Pattern | readonly Pattern[] | undefined): string =>
  field === undefined ? '' : isPatterns(field) ? `[${field.map(keyOf).join()}]` : keyOf(field);

function keyNames(pattern: Pattern): string[] {
  const key = 'type' in pattern ? pattern.fields?.['key'] : undefined;
  return key !== undefined && !isPatterns(key) && 'type' in key && key.value !== undefined
    ? [key.value.replace(/^s/, '')]
    : [];
}
