import type { z } from 'zod';
import { limitsSchema } from '../goal/events.js';
import { goalsFileSchema } from './goals-file.js';
import { nearName } from '../text/near-name.js';

/** What is wrong at one place of a goals file, in words; `key` is the field that should not be there. */
export interface FileProblem {
  readonly path: readonly PropertyKey[];
  readonly key?: string | undefined;
  readonly message: string;
}

/** The problems that the schema found, with goals called by their ids. `data` is what was read. */
export const fileProblems = (issues: readonly z.core.$ZodIssue[], data: unknown): FileProblem[] =>
  issues.flatMap((issue): FileProblem[] => {
    const { path } = issue;
    const where = placeOf(path, data);
    const last = path.at(-1);
    if (issue.code === 'invalid_type' && typeof last === 'string' && valueAt(path, data) === undefined) {
      const around = placeOf(path.slice(0, -1), data);
      return [{ path, message: `${around === '' ? '' : `${around}: `}the field "${last}" is missing` }];
    }
    if (issue.code === 'too_small' && path.length === 1 && last === 'goals')
      return [{ path, message: 'there is no goal in it' }];
    if (issue.code !== 'unrecognized_keys')
      return [{ path, message: where === '' ? issue.message : `${where}: ${issue.message}` }];
    const known = fieldsAt(path);
    return issue.keys.map((key) => {
      const near = nearName(key, known);
      const hint = near === undefined ? `There are: ${known.join(', ')}` : `Did you mean "${near}"?`;
      return { path, key, message: `${where === '' ? '' : `${where}: `}there is no field "${key}". ${hint}` };
    });
  });

/** The fields that there are at a place. */
function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  const { goals, defaults } = goalsFileSchema.shape;
  if (path.at(-1) === 'budget') return Object.keys(limitsSchema.shape);
  if (path[0] === 'goals') return Object.keys(goals.element.shape);
  return Object.keys(path[0] === 'defaults' ? defaults.unwrap().shape : goalsFileSchema.shape).filter(
    (name) => name !== '$schema',
  );
}

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

const valueAt = (path: readonly PropertyKey[], data: unknown): unknown =>
  path.reduce((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key], data);
