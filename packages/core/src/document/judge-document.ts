import type { z } from 'zod';
import { nearName } from '../text/near-name.js';
import { knownFields } from './known-fields.js';
import { anyOf, plainWords, unionMessage } from './plain-words.js';

/** What is wrong at one place of data that somebody wrote. */
export interface DocumentProblem {
  readonly path: readonly PropertyKey[];
  /** The field that should not be there. */
  readonly key?: string | undefined;
  /** What is wrong with what stands at the path, e.g. `must be a number, but is text`. */
  readonly message: string;
  /** What the schema's own check said beside it. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export type Judged<T> =
  | { readonly data: T; readonly problems?: undefined }
  | { readonly data?: undefined; readonly problems: readonly DocumentProblem[] };

/** Judges data by a schema, and says what is wrong in plain words. Never throws. */
export function judgeDocument<T>(schema: z.ZodType<T>, data: unknown): Judged<T> {
  const parsed = schema.safeParse(data, { error: plainWords });
  return parsed.success
    ? { data: parsed.data }
    : { problems: parsed.error.issues.flatMap((issue) => told(issue, schema)) };
}

function told(issue: z.core.$ZodIssue, schema: z.core.$ZodType): DocumentProblem[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schema, path).filter((name) => !issue.keys.includes(name));
    return issue.keys.map((key) => ({
      path,
      key,
      message: `there is no field ${JSON.stringify(key)}. ${meant(key, known)}`,
    }));
  }
  if (issue.code === 'custom') return [{ path, message, params: issue.params }];
  if (issue.code !== 'invalid_union' || message !== unionMessage) return [{ path, message }];
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const near = branches.filter((branch) => !branch.some(isOtherKind)).sort((a, b) => a.length - b.length)[0];
  if (near) return near.flatMap((inner) => told({ ...inner, path: [...path, ...inner.path] }, schema));
  const wanted = branches.map((branch) =>
    /^must be (.*?)(?:, but is .*|; did you mean .*)?$/s.exec(branch[0]?.message ?? '')?.[1]?.replaceAll(' or ', ', '),
  );
  const missing = branches.length > 0 && branches.every(([first]) => first?.message === 'is missing');
  if (missing) return [{ path, message: 'is missing' }];
  const options = wanted.filter((one) => one !== undefined);
  return [{ path, message: options.length === 0 ? 'is not allowed here' : `must be ${anyOf(options)}` }];
}

const isOtherKind = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

function meant(key: string, known: readonly string[]): string {
  const near = nearName(key, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return known.length === 0 ? 'None is allowed there.' : `There are: ${known.join(', ')}`;
}

/** The name of a place, e.g. `assets[3].id`; empty for the whole. */
export const placeName = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');

/** A problem with the name of its place, on one line. */
export function problemLine({ path, message }: DocumentProblem): string {
  const name = placeName(path);
  return name === '' ? message : `"${name}": ${message}`;
}
