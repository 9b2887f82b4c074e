import type { DocumentProblem } from '../document/index.js';

/** The problems that the schema found, with goals called by their ids. `data` is what was read. */
export const fileProblems = (problems: readonly DocumentProblem[], data: unknown): DocumentProblem[] =>
  problems.map(({ path, key, message }) => {
    const last = path.at(-1);
    const isMissing = message === 'is missing' && typeof last === 'string';
    const where = placeOf(isMissing ? path.slice(0, -1) : path, data);
    const what = isMissing ? `the field "${last}" is missing` : message;
    if (path.length === 1 && last === 'goals' && message === 'must not be empty')
      return { path, key, message: 'there is no goal in it' };
    return { path, key, message: where === '' ? what : `${where}: ${what}` };
  });

/** `goal "search": budget.minutes`, as its author would say it; a goal without an id is called by its number, from 1. */
function placeOf([first, index, ...rest]: readonly PropertyKey[], data: unknown): string {
  if (first === undefined) return '';
  if (first !== 'goals' || typeof index !== 'number')
    return [first, ...(index === undefined ? [] : [index, ...rest])].map(String).join('.');
  const goals = (data as { readonly goals: readonly unknown[] }).goals;
  const id = (goals[index] as { readonly id?: unknown } | null | undefined)?.id;
  const name = typeof id === 'string' && id !== '' ? `goal ${JSON.stringify(id)}` : `goal ${index + 1}`;
  const field = rest.map((part) => (typeof part === 'number' ? `entry ${part + 1}` : String(part))).join(', ');
  return field === '' ? name : `${name}, ${field}`;
}
