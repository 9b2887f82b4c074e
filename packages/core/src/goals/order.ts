import type { GoalEntry } from './goals-file.js';

interface OrderProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Ids that are there twice, dependencies on nothing, and circles. */
export function orderProblems(goals: readonly GoalEntry[]): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const places = new Map<string, number>();
  for (const [index, { id }] of goals.entries()) {
    const earlier = places.get(id);
    if (earlier === undefined) places.set(id, index);
    else problems.push({ path: ['goals', index, 'id'], message: `the goal "${id}" is there twice` });
  }
  for (const [index, { id, depends_on = [] }] of goals.entries()) {
    for (const [at, needed] of depends_on.entries()) {
      if (!places.has(needed))
        problems.push({
          path: ['goals', index, 'depends_on', at],
          message: `"${id}" depends on "${needed}", which is no goal of this file`,
        });
    }
  }
  if (problems.length > 0) return problems;
  const circle = findCircle(goals);
  if (circle === undefined) return [];
  const [first = ''] = circle;
  return [
    {
      path: ['goals', places.get(first) ?? 0, 'depends_on'],
      message: `goals wait for each other: ${[...circle, first].join(' -> ')}`,
    },
  ];
}

/** The ids of a circle of dependencies, each depending on the next; undefined where there is none. */
function findCircle(goals: readonly GoalEntry[]): string[] | undefined {
  const waiting = new Map(goals.map(({ id, depends_on = [] }) => [id, new Set(depends_on)]));
  const dependants = new Map<string, string[]>();
  for (const { id, depends_on = [] } of goals)
    for (const needed of new Set(depends_on)) dependants.set(needed, [...(dependants.get(needed) ?? []), id]);
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
