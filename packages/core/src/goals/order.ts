/** What is looked at of a goal. */
interface NamedGoal {
  readonly id: string;
  readonly depends_on?: readonly string[] | undefined;
}

interface OrderProblem {
  readonly path: readonly (string | number)[];
  readonly key?: undefined;
  readonly message: string;
}

/** The goals of a file in which anything else may be wrong, each in its place; one without an id has an empty one. */
export function namedGoals(data: unknown): readonly NamedGoal[] {
  const { goals } = data as { readonly goals?: unknown };
  return (Array.isArray(goals) ? (goals as unknown[]) : []).map((goal) => {
    const { id, depends_on: needed } = (goal ?? {}) as { readonly id?: unknown; readonly depends_on?: unknown };
    return {
      id: typeof id === 'string' ? id : '',
      depends_on: (Array.isArray(needed) ? (needed as unknown[]) : []).map((one) =>
        typeof one === 'string' ? one : '',
      ),
    };
  });
}

/** Ids that are there twice, dependencies on nothing, and goals that wait for themselves or for each other. */
export function orderProblems(goals: readonly NamedGoal[]): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const places = new Map<string, number>();
  for (const [index, { id }] of goals.entries()) {
    if (id === '') continue;
    const earlier = places.get(id);
    if (earlier === undefined) places.set(id, index);
    else problems.push({ path: ['goals', index, 'id'], message: `the goal "${id}" is there twice` });
  }
  const needs = new Map<string, string[]>();
  for (const [index, { id, depends_on = [] }] of goals.entries()) {
    const known: string[] = [];
    for (const [at, needed] of depends_on.entries()) {
      const path = ['goals', index, 'depends_on', at];
      const name = id === '' ? `goal ${index + 1}` : `"${id}"`;
      if (needed === '') continue;
      if (needed === id) problems.push({ path, message: `${name} depends on itself` });
      else if (places.has(needed)) known.push(needed);
      else problems.push({ path, message: `${name} depends on "${needed}", which is no goal of this file` });
    }
    if (places.get(id) === index) needs.set(id, known);
  }
  const circle = findCircle(needs);
  if (circle === undefined) return problems;
  const [first = ''] = circle;
  const message = `goals wait for each other: ${[...circle, first].join(' -> ')}`;
  return [...problems, { path: ['goals', places.get(first) ?? 0, 'depends_on'], message }];
}

/** The ids of a circle of dependencies, each depending on the next; undefined where there is none. */
function findCircle(needed: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const waiting = new Map([...needed].map(([id, before]) => [id, new Set(before)]));
  const dependants = new Map<string, string[]>();
  for (const [id, before] of waiting)
    for (const needed of before) dependants.set(needed, [...(dependants.get(needed) ?? []), id]);
  const free = [...waiting].filter(([, needs]) => needs.size === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waiting.delete(id);
    for (const dependant of dependants.get(id) ?? []) {
      const needs = waiting.get(dependant);
      needs?.delete(id);
      if (needs?.size === 0) free.push(dependant);
    }
  }
  // Each goal that is left waits for another that is left, so following them comes back to where it was.
  const path: string[] = [];
  for (let id = waiting.keys().next().value; id !== undefined; [id] = waiting.get(id) ?? []) {
    const seen = path.indexOf(id);
    if (seen >= 0) return path.slice(seen);
    path.push(id);
  }
  return undefined;
}
